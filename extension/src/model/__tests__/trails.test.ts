import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { RequestError } from "../../api/errors";
import { RunFilter, TrackingApi } from "../../api/tracking";
import { ICell, IChange, IRun } from "../../api/types";
import { awayReason } from "../trail";
import { Trails } from "../trails";
import { visibleRows } from "../rows";
import { aCell, aRun, anExperiment } from "./samples";

/** A tracking server in memory, which counts the requests that it answers. */
class Server {
  runs = new Map<string, IRun>();
  cells = new Map<string, ICell[]>();
  requests: string[] = [];
  failure: Error | null = null;
  private _live: ReadableStreamDefaultController<Uint8Array> | null = null;

  readonly api = {
    experiments: () =>
      this._answer("experiments", () => (this.runs.size > 0 ? [anExperiment("1")] : [])),
    runs: (filter: RunFilter) =>
      this._answer("runs", () => ({
        runs: [...this.runs.values()].filter(run =>
          "parent_id" in filter ? run.parent_id === filter.parent_id : run.parent_id === null,
        ),
        next: null,
      })),
    run: (id: string) => this._answer(`run ${id}`, () => this.runs.get(id)),
    cells: (id: string) => this._answer(`cells ${id}`, () => this.cells.get(id) ?? []),
    live: async () =>
      new ReadableStream<Uint8Array>({
        start: live => {
          this._live = live;
          live.enqueue(new TextEncoder().encode("event: hello\ndata: {}\n\n"));
        },
      }),
  } as unknown as TrackingApi;

  tell(run_id: string, ...changed: IChange["changed"]): void {
    const parent_id = this.runs.get(run_id)?.parent_id ?? null;
    const change: IChange = { run_id, experiment_id: "1", parent_id, changed };
    const text = `event: run\ndata: ${JSON.stringify(change)}\n\n`;
    this._live?.enqueue(new TextEncoder().encode(text));
  }

  private async _answer<T>(request: string, answer: () => T): Promise<T> {
    this.requests.push(request);
    if (this.failure) {
      throw this.failure;
    }
    return answer();
  }
}

describe("the model of the panels", () => {
  let server: Server;
  let trails: Trails;
  const rows = () => visibleRows(trails.trail.get()).map(row => row.id);
  const settle = () => vi.advanceTimersByTimeAsync(1000);

  beforeEach(async () => {
    vi.useFakeTimers();
    vi.stubGlobal("requestAnimationFrame", (flush: () => void) => setTimeout(flush, 16));
    server = new Server();
    trails = new Trails(server.api);
  });

  afterEach(() => {
    trails.close();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("asks for nothing before a panel opens it", async () => {
    await settle();
    expect(server.requests).toEqual([]);
  });

  it("shows the first run ever as it begins, with its cells as they come", async () => {
    trails.open();
    await settle();
    expect(trails.trail.get().experiments).toEqual([]);
    server.runs.set("a", aRun("a", { status: "RUNNING" }));
    server.tell("a", "run");
    await settle();
    expect(rows()).toEqual(["experiment:1", "run:a"]);
    await trails.toggle("run:a");
    server.cells.set("a", [aCell("x")]);
    server.tell("a", "cells");
    await settle();
    expect(rows()).toContain("cell:x");
  });

  it("reads one run, not the list, when a known run logs", async () => {
    server.runs.set("a", aRun("a"));
    trails.open();
    await settle();
    server.requests = [];
    server.runs.set("a", aRun("a", { metrics: { loss: 0.1 } }));
    for (let count = 0; count < 100; count++) {
      server.tell("a", "metrics");
    }
    await settle();
    expect(new Set(server.requests)).toEqual(new Set(["run a"]));
    expect(server.requests.length).toBeLessThanOrEqual(2);
    expect(trails.trail.get().runs.get("experiment:1")?.runs[0].metrics).toEqual({ loss: 0.1 });
  });

  it("shows a pipeline's steps as they begin", async () => {
    server.runs.set("p", aRun("p", { kind: "pipeline", status: "RUNNING" }));
    trails.open();
    await settle();
    trails.reveal("p");
    await settle();
    server.runs.set("s", aRun("s", { kind: "step", parent_id: "p" }));
    server.tell("s", "run");
    await settle();
    expect(rows()).toEqual(["experiment:1", "run:p", "run:s"]);
  });

  it("tells of a failed read until everything could be read again", async () => {
    server.runs.set("a", aRun("a"));
    trails.open();
    await settle();
    server.failure = new RequestError(503, "the disk is full");
    server.tell("a", "metrics");
    await settle();
    expect(awayReason(trails.trail.get())).toBe("The disk is full");
    server.failure = null;
    trails.retry();
    await settle();
    expect(awayReason(trails.trail.get())).toBeNull();
    expect(rows()).toEqual(["experiment:1", "run:a"]);
  });

  it("knows when a run is over", async () => {
    server.runs.set("a", aRun("a", { status: "RUNNING" }));
    trails.open();
    const ended = vi.fn();
    void trails.ended("a").then(ended);
    await settle();
    expect(ended).not.toHaveBeenCalled();
    server.runs.set("a", aRun("a", { status: "FAILED" }));
    server.tell("a", "run");
    await settle();
    expect(ended).toHaveBeenCalledWith(expect.objectContaining({ status: "FAILED" }));
  });
});
