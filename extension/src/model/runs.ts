import { IDisposable } from "@lumino/disposable";

import { describeError } from "../api/errors";
import { ChangedPart, IChange, ICell, IRunDetail } from "../api/types";
import { Observable } from "./observables";
import { Paced } from "./pacing";
import { ISeries, appendPoints, emptySeries } from "./series";
import { Trails } from "./trails";

const PAUSE_MS = 200;

/** What is known of one run. */
export interface IRunView {
  /** null until it has been read once. */
  detail: IRunDetail | null;
  cells: readonly ICell[] | null;
  series: ReadonlyMap<string, ISeries>;
  /** Why it cannot be shown; null if it can. */
  error: string | null;
}

const EMPTY_VIEW: IRunView = { detail: null, cells: null, series: new Map(), error: null };

/** Keeps one run up to date while somebody looks at it; metrics only from where it read last. */
export class RunWatch implements IDisposable {
  readonly view = new Observable<IRunView>(EMPTY_VIEW);

  private _isDisposed = false;
  private _keys: readonly string[] = [];
  private readonly _detail = new Paced(() => this._read(() => this._readDetail()), PAUSE_MS);
  private readonly _cells = new Paced(() => this._read(() => this._readCells()), PAUSE_MS);
  private readonly _metrics = new Paced(() => this._read(() => this._readMetrics()), PAUSE_MS);

  constructor(
    private readonly _trails: Trails,
    readonly runId: string,
    private readonly _options: { hasCells: boolean },
  ) {
    _trails.changed.connect(this._onChange, this);
    _trails.reloaded.connect(this._readAll, this);
    this._readAll();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._trails.changed.disconnect(this._onChange, this);
    this._trails.reloaded.disconnect(this._readAll, this);
  }

  /** Which metrics' points are shown; others are not read. */
  want(keys: readonly string[]): void {
    this._keys = keys;
    this._metrics.request();
  }

  private _onChange(_: Trails, change: IChange): void {
    if (change.parent_id === this.runId) {
      this._detail.request();
    }
    if (change.run_id !== this.runId) {
      return;
    }
    const has = (part: ChangedPart) => change.changed.includes(part);
    if (change.changed.some(part => part !== "cells")) {
      this._detail.request();
    }
    if (has("cells") && this._options.hasCells) {
      this._cells.request();
    }
    if (has("metrics")) {
      this._metrics.request();
    }
  }

  private _readAll(): void {
    this._detail.request();
    this._metrics.request();
    if (this._options.hasCells) {
      this._cells.request();
    }
  }

  private async _readDetail(): Promise<void> {
    const detail = await this._trails.api.run(this.runId);
    this._set({ detail, error: null });
  }

  private async _readCells(): Promise<void> {
    this._set({ cells: await this._trails.api.cells(this.runId) });
  }

  private async _readMetrics(): Promise<void> {
    await Promise.all(this._keys.map(key => this._readMetric(key)));
  }

  private async _readMetric(key: string): Promise<void> {
    const series = this.view.get().series.get(key) ?? emptySeries(key);
    const points = await this._trails.api.metric(this.runId, key, series.cursor);
    const longer = appendPoints(series, points);
    this._set({ series: new Map(this.view.get().series).set(key, longer) });
  }

  private async _read(read: () => Promise<void>): Promise<void> {
    if (this._isDisposed) {
      return;
    }
    try {
      await read();
    } catch (error) {
      this._set({ error: describeError(error) });
    }
  }

  private _set(change: Partial<IRunView>): void {
    if (!this._isDisposed) {
      this.view.set({ ...this.view.get(), ...change });
    }
  }
}
