import { describeError } from "./errors";
import { EventParser, IServerEvent } from "./events";
import { IChange } from "./types";

/** Whether changes arrive. */
export type LiveState =
  { kind: "connecting" } | { kind: "live" } | { kind: "away"; reason: string; retry_ms: number };

export interface ILiveOptions {
  /** Open the stream; the signal ends it. */
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** The stream is up (again): whatever was read before may be out of date. */
  onHello: () => void;
  onChange: (change: IChange) => void;
  onState: (state: LiveState) => void;
}

export const FIRST_RETRY_MS = 500;
export const LAST_RETRY_MS = 30_000;
/** The server says something every 15 s; after three silent ones the connection is dead. */
export const SILENCE_MS = 45_000;

/** Keeps one stream of changes open and reconnects with growing pauses when it breaks. */
export class LiveStream {
  private _abort: AbortController | null = null;
  private _wake: (() => void) | null = null;

  constructor(private readonly _options: ILiveOptions) {}

  get isRunning(): boolean {
    return this._abort !== null;
  }

  start(): void {
    if (!this._abort) {
      this._abort = new AbortController();
      void this._run(this._abort.signal);
    }
  }

  stop(): void {
    this._abort?.abort();
    this._abort = null;
    this._wake?.();
  }

  /** Try again now instead of after the pause. */
  retry(): void {
    this._wake?.();
  }

  private async _run(stopped: AbortSignal): Promise<void> {
    let pause = FIRST_RETRY_MS;
    while (!stopped.aborted) {
      this._options.onState({ kind: "connecting" });
      const reason = await this._read(stopped, () => (pause = FIRST_RETRY_MS));
      if (stopped.aborted) {
        return;
      }
      this._options.onState({ kind: "away", reason, retry_ms: pause });
      await this._sleep(pause);
      pause = Math.min(pause * 2, LAST_RETRY_MS);
    }
  }

  /** Read until the stream breaks; returns why it did. */
  private async _read(stopped: AbortSignal, onHello: () => void): Promise<string> {
    const connection = new AbortController();
    const end = () => connection.abort();
    stopped.addEventListener("abort", end);
    let silence = setTimeout(end, SILENCE_MS);
    try {
      const stream = await this._options.open(connection.signal);
      const reader = stream.getReader();
      const decoder = new TextDecoder();
      const parser = new EventParser();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
        const text = decoder.decode(chunk.value, { stream: true });
        parser.push(text).forEach(event => this._handle(event, onHello));
      }
      return "The connection to the tracking server ended.";
    } catch (error) {
      return connection.signal.aborted ? "The tracking server fell silent." : describeError(error);
    } finally {
      clearTimeout(silence);
      stopped.removeEventListener("abort", end);
      connection.abort();
    }
  }

  private _handle({ event, data }: IServerEvent, onHello: () => void): void {
    if (event === "hello") {
      onHello();
      this._options.onState({ kind: "live" });
      this._options.onHello();
    } else if (event === "run") {
      this._options.onChange(JSON.parse(data) as IChange);
    }
  }

  private _sleep(duration_ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, duration_ms);
      this._wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
