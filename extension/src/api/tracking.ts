import { Connection } from "./connection";
import {
  ICell,
  ICellTrace,
  IConsole,
  IExperiment,
  IMetricPoints,
  IOrigin,
  IPipelinePreview,
  IRunDetail,
  IRunPage,
} from "./types";

/** Which runs a list holds: the top-level runs of an experiment, or the children of a run. */
export type RunFilter = { experiment_id: string } | { parent_id: string };

/** The requests that the panels make. Every one may raise RequestError. */
export class TrackingApi {
  constructor(private readonly _connection: Connection) {}

  async experiments(): Promise<IExperiment[]> {
    const answer = await this._connection.get<{ experiments: IExperiment[] }>("api/experiments");
    return answer.experiments;
  }

  /** Return one page of at most `limit` runs, newest first; `before` is a page's `next`. */
  runs(filter: RunFilter, limit: number, before?: string): Promise<IRunPage> {
    const query = { ...filter, limit: String(limit), ...(before ? { before } : {}) };
    return this._connection.get("api/runs", query);
  }

  run(runId: string): Promise<IRunDetail> {
    return this._connection.get(`api/runs/${encodeURIComponent(runId)}`);
  }

  async cells(runId: string): Promise<ICell[]> {
    const path = `api/runs/${encodeURIComponent(runId)}/cells`;
    return (await this._connection.get<{ cells: ICell[] }>(path)).cells;
  }

  /** Return what the cell runs of a run read, as far as it was traced. */
  async trail(runId: string): Promise<ICellTrace[]> {
    const path = `api/runs/${encodeURIComponent(runId)}/trail`;
    return (await this._connection.get<{ traces: ICellTrace[] }>(path)).traces;
  }

  /** Return the end of what a cell run printed. */
  console(runId: string, executionId: string): Promise<IConsole> {
    const cell = `cells/${encodeURIComponent(executionId)}`;
    return this._connection.get(`api/runs/${encodeURIComponent(runId)}/${cell}/console`);
  }

  origin(runId: string): Promise<IOrigin> {
    return this._connection.get(`api/runs/${encodeURIComponent(runId)}/origin`);
  }

  /** Return the points of a metric after `cursor` (0: from the first on). */
  metric(runId: string, key: string, cursor: string | number): Promise<IMetricPoints> {
    const path = `api/runs/${encodeURIComponent(runId)}/metrics`;
    return this._connection.get(path, { key, after: String(cursor) });
  }

  artifact(runId: string, path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
    return this._connection.getBytes(artifactPath(runId, path), signal);
  }

  /** The address that downloads an artifact. */
  artifactAddress(runId: string, path: string): string {
    return this._connection.address(artifactPath(runId, path));
  }

  live(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this._connection.open("api/live", signal);
  }

  /** Return the pipeline that the notebook on disk makes; nothing is written. */
  previewPipeline(path: string): Promise<IPipelinePreview> {
    return this._connection.post("pipelines/preview", { path, target: "kfp" });
  }

  /** Write a pipeline file. Raises RequestError 409 if it exists and `overwrite` is not set. */
  savePipeline(path: string, text: string, overwrite: boolean): Promise<{ path: string }> {
    return this._connection.post("pipelines/save", { path, text, overwrite });
  }

  /** Start a pipeline file on this machine; returns its run as soon as it is known. */
  runPipeline(path: string): Promise<{ run_id: string }> {
    return this._connection.post("pipelines/run", { path });
  }
}

function artifactPath(runId: string, path: string): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `api/runs/${encodeURIComponent(runId)}/artifacts/${encoded}`;
}
