/** A server-sent event: its name and its data. */
export interface IServerEvent {
  event: string;
  data: string;
}

/**
 * Takes a stream of server-sent events apart.
 *
 * Source: HTML Living Standard, "Server-sent events", 9.2.6 (fields `event` and `data`; comments are
 * dropped; `id` and `retry` are not used here).
 */
export class EventParser {
  private _rest = "";
  private _event = "";
  private _data: string[] = [];

  /** Return the events that `text` completes. Chunks may end anywhere. */
  push(text: string): IServerEvent[] {
    const lines = (this._rest + text).split(/\r\n|\n|\r(?!$)/);
    this._rest = lines.pop() ?? "";
    return lines.flatMap(line => this._line(line));
  }

  private _line(line: string): IServerEvent[] {
    if (line === "") {
      return this._dispatch();
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this._event = value;
    } else if (field === "data") {
      this._data.push(value);
    }
    return [];
  }

  private _dispatch(): IServerEvent[] {
    const event = { event: this._event || "message", data: this._data.join("\n") };
    const isEmpty = this._data.length === 0;
    this._event = "";
    this._data = [];
    return isEmpty ? [] : [event];
  }
}
