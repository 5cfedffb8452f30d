import { ISignal, Signal } from "@lumino/signaling";

import { describeError, RequestError } from "../api/errors";
import { LiveStream } from "../api/live";
import { RunFilter, TrackingApi } from "../api/tracking";
import { IChange, IRun } from "../api/types";
import { Observable } from "./observables";
import { Paced } from "./pacing";
import {
  EMPTY_TRAIL,
  ITrail,
  NodeId,
  findRun,
  listOf,
  runNode,
  splitNode,
  withCells,
  withExpanded,
  withExperiments,
  withFirstPage,
  withMoreCells,
  withNextPage,
  withRun,
} from "./trail";

export const PAGE_SIZE = 50;
const PAUSE_MS = 200;
/** More changed runs than this in one list: reading the list again is cheaper. */
const SINGLE_READS = 8;

/** Keeps the tree of experiments, runs and cells up to date while it is open. */
export class Trails {
  readonly trail = new Observable<ITrail>(EMPTY_TRAIL);

  private readonly _changed = new Signal<this, IChange>(this);
  private readonly _reloaded = new Signal<this, void>(this);
  private readonly _pending = new Map<string, IChange>();
  private readonly _pace = new Paced(() => this._applyPending(), PAUSE_MS);
  private readonly _live: LiveStream;

  constructor(readonly api: TrackingApi) {
    this._live = new LiveStream({
      open: signal => api.live(signal),
      onHello: () => void this.refresh(),
      onChange: change => this._onChange(change),
      onState: connection => this._set(trail => ({ ...trail, connection })),
    });
  }

  /** A run changed; what exactly must be asked for. */
  get changed(): ISignal<this, IChange> {
    return this._changed;
  }

  /** Changes may have been missed: whoever shows a run reads it again. */
  get reloaded(): ISignal<this, void> {
    return this._reloaded;
  }

  /** Start to listen. Nothing is read before; calling it again is harmless. */
  open(): void {
    this._live.start();
  }

  get isOpen(): boolean {
    return this._live.isRunning;
  }

  /** Stop to listen; `open` goes on and reads everything once. */
  close(): void {
    this._live.stop();
  }

  /** Reconnect now, or read again what could not be read. */
  retry(): void {
    if (this.trail.get().connection.kind === "live") {
      void this.refresh();
    } else {
      this._live.retry();
    }
  }

  /** Read everything on screen again. */
  async refresh(): Promise<void> {
    this._set(trail => ({ ...trail, problem: null }));
    this._reloaded.emit();
    await this._readExperiments();
    const { expanded } = this.trail.get();
    await Promise.all([...expanded].map(node => this._readChildren(node)));
  }

  select(node: NodeId | null): void {
    this._set(trail => ({ ...trail, selected: node }));
  }

  /** Select a run and open it, so that its steps and cells are seen as they come. */
  reveal(runId: string): void {
    const node = runNode(runId);
    this.select(node);
    if (!this.trail.get().expanded.has(node)) {
      void this.toggle(node);
    }
  }

  async toggle(node: NodeId): Promise<void> {
    const isExpanded = !this.trail.get().expanded.has(node);
    this._set(trail => withExpanded(trail, node, isExpanded));
    if (isExpanded) {
      await this._readChildren(node);
    }
  }

  /** Read or show more of a list: runs of a node, or `cells:` of a run. */
  async more(list: NodeId): Promise<void> {
    const [kind, id] = splitNode(list);
    if (kind === "cells") {
      this._set(trail => withMoreCells(trail, id));
      return;
    }
    const before = this.trail.get().runs.get(list)?.next;
    if (before) {
      await this._try(async () => {
        const page = await this.api.runs(filterOf(list), PAGE_SIZE, before);
        this._set(trail => withNextPage(trail, list, page));
      });
    }
  }

  /** Return the run once it is over. The live stream must be open. */
  ended(runId: string): Promise<IRun> {
    return new Promise(resolve => {
      const look = async () => {
        const run = await this.api.run(runId).catch(() => null);
        if (run && run.status !== "RUNNING" && run.status !== "SCHEDULED") {
          this._changed.disconnect(onChange);
          this._reloaded.disconnect(look);
          resolve(run);
        }
      };
      const onChange = (_: this, change: IChange) => {
        if (change.run_id === runId && change.changed.includes("run")) {
          void look();
        }
      };
      this._changed.connect(onChange);
      this._reloaded.connect(look);
      void look();
    });
  }

  private _onChange(change: IChange): void {
    const known = this._pending.get(change.run_id);
    const changed = new Set([...(known?.changed ?? []), ...change.changed]);
    this._pending.set(change.run_id, { ...change, changed: [...changed] });
    this._pace.request();
    this._changed.emit(change);
  }

  private async _applyPending(): Promise<void> {
    const changes = [...this._pending.values()];
    this._pending.clear();
    const experiments = new Set(this.trail.get().experiments?.map(e => e.experiment_id));
    const lists = byList(changes);
    const isNew = changes.some(change => !experiments.has(change.experiment_id));
    if (isNew || changes.some(change => change.changed.includes("run"))) {
      await this._readExperiments();
    }
    await Promise.all([
      ...[...lists].map(([list, inList]) => this._readChanged(list, inList)),
      ...changes.filter(c => c.changed.includes("cells")).map(c => this._readCells(c.run_id)),
    ]);
  }

  /** Read what changed in a list that is known; a run that is not in it must be new. */
  private async _readChanged(list: NodeId, changes: IChange[]): Promise<void> {
    const trail = this.trail.get();
    if (!trail.runs.has(list) && !trail.expanded.has(list)) {
      return;
    }
    const hasNew = changes.some(change => !findRun(trail, change.run_id));
    if (hasNew || changes.length > SINGLE_READS) {
      await this._readRuns(list);
      return;
    }
    await Promise.all(changes.map(change => this._readRun(change.run_id)));
  }

  private async _readChildren(node: NodeId): Promise<void> {
    const [kind, id] = splitNode(node);
    await Promise.all([
      this._readRuns(node),
      kind === "run" ? this._try(() => this._fetchCells(id)) : undefined,
    ]);
  }

  private _readExperiments(): Promise<void> {
    return this._try(async () => {
      const experiments = await this.api.experiments();
      const before = this.trail.get().expanded;
      this._set(trail => withExperiments(trail, experiments));
      const opened = [...this.trail.get().expanded].filter(node => !before.has(node));
      await Promise.all(opened.map(node => this._readChildren(node)));
    });
  }

  private _readRuns(list: NodeId): Promise<void> {
    return this._try(async () => {
      const page = await this.api.runs(filterOf(list), PAGE_SIZE);
      this._set(trail => withFirstPage(trail, list, page));
    });
  }

  private _readRun(runId: string): Promise<void> {
    return this._try(async () => {
      const run = await this.api.run(runId);
      this._set(trail => withRun(trail, run));
    });
  }

  private async _readCells(runId: string): Promise<void> {
    if (this.trail.get().cells.has(runId) || this.trail.get().expanded.has(runNode(runId))) {
      await this._try(() => this._fetchCells(runId));
    }
  }

  private async _fetchCells(runId: string): Promise<void> {
    const cells = await this.api.cells(runId);
    this._set(trail => withCells(trail, runId, cells));
  }

  /** A failed read is told in the sidebar until everything has been read again. */
  private async _try(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      const isGone = error instanceof RequestError && error.status === 404;
      if (!isGone) {
        this._set(trail => ({ ...trail, problem: describeError(error) }));
      }
    }
  }

  private _set(change: (trail: ITrail) => ITrail): void {
    this.trail.set(change(this.trail.get()));
  }
}

function filterOf(list: NodeId): RunFilter {
  const [kind, id] = splitNode(list);
  return kind === "run" ? { parent_id: id } : { experiment_id: id };
}

function byList(changes: readonly IChange[]): Map<NodeId, IChange[]> {
  const lists = new Map<NodeId, IChange[]>();
  for (const change of changes) {
    const list = listOf(change);
    lists.set(list, [...(lists.get(list) ?? []), change]);
  }
  return lists;
}
