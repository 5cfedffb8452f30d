import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FIRST_RETRY_MS, LiveState, LiveStream, SILENCE_MS } from "../live";
import { RequestError } from "../errors";
import { IChange } from "../types";

/** A server that can be reached or not; each open connection can be written to and cut. */
class Server {
  isUp = true;
  connections: ReadableStreamDefaultController<Uint8Array>[] = [];

  open = (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
    if (!this.isUp) {
      return Promise.reject(new RequestError(503, "no tracking server answers"));
    }
    const stream = new ReadableStream<Uint8Array>({
      start: connection => {
        this.connections.push(connection);
        signal.addEventListener("abort", () => connection.error(new Error("aborted")));
      },
    });
    return Promise.resolve(stream);
  };

  say(text: string): void {
    this.connections.at(-1)?.enqueue(new TextEncoder().encode(text));
  }
}

const HELLO = "event: hello\ndata: {}\n\n";
const CHANGE = { run_id: "r", experiment_id: "e", parent_id: null, changed: ["metrics"] };

describe("the live stream", () => {
  let server: Server;
  let changes: IChange[];
  let states: LiveState[];
  let hellos: number;
  let stream: LiveStream;
  const settle = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => {
    vi.useFakeTimers();
    server = new Server();
    changes = [];
    states = [];
    hellos = 0;
    stream = new LiveStream({
      open: server.open,
      onHello: () => hellos++,
      onChange: change => changes.push(change),
      onState: state => states.push(state),
    });
  });

  afterEach(() => {
    stream.stop();
    vi.useRealTimers();
  });

  it("tells of changes", async () => {
    stream.start();
    await settle();
    server.say(`${HELLO}event: run\ndata: ${JSON.stringify(CHANGE)}\n\n`);
    await settle();
    expect(changes).toEqual([CHANGE]);
    expect(states.at(-1)).toEqual({ kind: "live" });
  });

  it("comes back after the connection broke, and says so", async () => {
    stream.start();
    await settle();
    server.say(HELLO);
    await settle();
    server.connections[0].close();
    await settle();
    expect(states.at(-1)?.kind).toBe("away");
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS);
    server.say(HELLO);
    await settle();
    expect(hellos).toBe(2);
    expect(states.at(-1)).toEqual({ kind: "live" });
  });

  it("waits longer each time while the server is away", async () => {
    server.isUp = false;
    stream.start();
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS * 3);
    const pauses = states.flatMap(state => (state.kind === "away" ? [state.retry_ms] : []));
    expect(pauses).toEqual([FIRST_RETRY_MS, FIRST_RETRY_MS * 2, FIRST_RETRY_MS * 4]);
    expect(states.at(-1)).toMatchObject({ reason: "No tracking server answers" });
  });

  it("tries at once when asked to", async () => {
    server.isUp = false;
    stream.start();
    await vi.advanceTimersByTimeAsync(FIRST_RETRY_MS * 8);
    server.isUp = true;
    stream.retry();
    await settle();
    server.say(HELLO);
    await settle();
    expect(hellos).toBe(1);
  });

  it("takes a silent connection for a dead one", async () => {
    stream.start();
    await settle();
    server.say(HELLO);
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1000);
    server.say(": still here\n\n");
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1000);
    expect(server.connections).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000 + FIRST_RETRY_MS);
    expect(server.connections).toHaveLength(2);
  });

  it("is quiet once it was stopped, and can be started again", async () => {
    stream.start();
    await settle();
    stream.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.connections).toHaveLength(1);
    stream.start();
    await settle();
    server.say(HELLO);
    await settle();
    expect(hellos).toBe(1);
  });
});
