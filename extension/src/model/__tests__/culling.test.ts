import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { RequestError } from "../../api/errors";
import { ICullingState } from "../../api/types";
import { IStop, ServerEnd, keepChoices, usefulChoices } from "../culling";

const HOUR = 3600;
const QUIET: ICullingState = {
  warning: null,
  keep_at_most_seconds: 4 * HOUR,
  keep_seconds: 0,
  look_seconds: 10,
};

function warned(stop_in_seconds: number, cause: IStop["cause"] = "idle"): ICullingState {
  return { ...QUIET, warning: { stop_in_seconds, cause, reason: "after 1h" } };
}

/** A server that answers with its state, or not at all. */
class Server {
  state_: ICullingState | null = QUIET;
  kept: number[] = [];

  state = async () => {
    if (!this.state_) {
      throw new RequestError(0, "The Jupyter server does not answer.");
    }
    return this.state_;
  };

  keep = async (seconds: number) => {
    this.kept.push(seconds);
    return { ...QUIET, keep_seconds: seconds };
  };
}

describe("the end of a server", () => {
  let server: Server;
  let end: ServerEnd;
  let told: (IStop | null)[];

  beforeEach(async () => {
    vi.useFakeTimers({ now: 0 });
    vi.stubGlobal("window", globalThis);
    server = new Server();
    end = new ServerEnd(server, flush => flush());
    told = [];
    end.stop.subscribe(() => told.push(end.stop.get()));
    await end.follow();
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const wait = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

  it("is followed as often as the hub looks, and told once", async () => {
    expect(told).toEqual([]);
    server.state_ = warned(600);
    await wait(10);
    server.state_ = warned(590.5);
    await wait(10);
    expect(told).toEqual([{ at_ms: 610_000, cause: "idle", reason: "after 1h", isOver: false }]);
  });

  it("is no longer told when the server is used or kept", async () => {
    server.state_ = warned(600);
    await wait(10);
    await end.keep(HOUR);
    expect([told.at(-1), server.kept]).toEqual([null, [HOUR]]);
  });

  it("has come when the server no longer answers after its time", async () => {
    server.state_ = warned(30);
    await wait(10);
    server.state_ = null;
    await wait(10);
    expect(told.at(-1)?.isOver).toBe(false);
    await wait(60);
    expect(told.at(-1)?.isOver).toBe(true);
  });
});

describe("the times to keep a server for", () => {
  it("are some hours and the most that is allowed", () => {
    expect(keepChoices(0)).toEqual([]);
    expect(keepChoices(1800)).toEqual([1800]);
    expect(keepChoices(6 * HOUR)).toEqual([HOUR, 4 * HOUR, 6 * HOUR]);
    expect(keepChoices(12 * HOUR)).toEqual([HOUR, 4 * HOUR, 12 * HOUR]);
  });

  it("are those that reach beyond the stop", () => {
    const stop: IStop = { at_ms: 2 * HOUR * 1000, cause: "idle", reason: "", isOver: false };
    expect(usefulChoices(6 * HOUR, stop, 0)).toEqual([4 * HOUR, 6 * HOUR]);
    expect(usefulChoices(6 * HOUR, { ...stop, cause: "lifetime" }, 0)).toEqual([]);
  });
});
