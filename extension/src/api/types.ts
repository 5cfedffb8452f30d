/** The tracking server's records, spelled as on the wire (docs/wire.md). Times are milliseconds. */

export type RunStatus = "RUNNING" | "FINISHED" | "FAILED" | "KILLED" | "SCHEDULED";
export type CellStatus = "running" | "ok" | "error" | "aborted";

/** A metric's value: JSON has no NaN and no infinities, so these come as their names. */
export type MetricValue = number | "NaN" | "Infinity" | "-Infinity";

export interface IExperiment {
  experiment_id: string;
  name: string;
  owner: string;
  created_ms: number;
  last_activity_ms: number;
  run_count: number;
}

export interface IRun {
  run_id: string;
  experiment_id: string;
  experiment_name: string;
  name: string;
  kind: string;
  status: RunStatus;
  owner: string;
  parent_id: string | null;
  notebook: string | null;
  started_ms: number;
  ended_ms: number | null;
  cell_count: number;
  metrics: Record<string, MetricValue>;
  params: Record<string, string>;
  tags: Record<string, string>;
}

export interface IMetricSummary {
  key: string;
  first: MetricValue;
  last: MetricValue;
  min: MetricValue;
  max: MetricValue;
  count: number;
  last_step: number;
  execution_id: string | null;
}

export interface IParamRecord {
  key: string;
  value: string;
  execution_id: string | null;
}

export interface IArtifact {
  path: string;
  sha256: string;
  size_bytes: number;
  media_type: string;
  execution_id: string | null;
  logged_ms: number;
}

export interface IRunDetail extends IRun {
  metric_summaries: IMetricSummary[];
  param_records: IParamRecord[];
  artifacts: IArtifact[];
  children: IRun[];
}

export interface ICell {
  execution_id: string;
  cell_id: string | null;
  ordinal: number;
  execution_count: number | null;
  source: string;
  started_ms: number;
  duration_ms: number | null;
  status: CellStatus;
  error_name: string | null;
  error_message: string | null;
  has_console: boolean;
  cpu_ms: number | null;
  memory_start_bytes: number | null;
  memory_peak_bytes: number | null;
  /** Use of the busiest GPU, 0 to 100. */
  gpu_percent: number | null;
  gpu_memory_bytes: number | null;
  /** Literals that the cell assigned at its top level. */
  candidate_params: Record<string, string>;
}

/** A version of a name that a cell run read; what is left out has its default. */
export interface IVariableRead {
  name: string;
  /** The cell run that wrote it; null for one from before the recording. */
  written_by?: string | null;
  /** Whether it surely read that version; the default. */
  is_certain?: boolean;
  /** A name that the cell run changed in place: the read matters for that alone. */
  only_for?: string | null;
}

/** What a cell run read. */
export interface ICellTrace {
  execution_id: string;
  reads: IVariableRead[];
}

/** The end of what a cell run printed; `is_cut` if it printed more. */
export interface IConsole {
  console: string;
  is_cut: boolean;
}

/** The head of a frame that a cell showed; `index` labels the rows, where there are labels. */
export interface IFrameHead {
  kind: string;
  row_count: number;
  column_count: number;
  columns: { name: string; type: string }[];
  rows: FrameValue[][];
  index: FrameValue[] | null;
}

export type FrameValue = string | number | boolean | null;

/** Where a run comes from, as far as it was recorded. */
export interface IOrigin {
  environment: { python: string; platform: string; packages: Record<string, string> } | null;
  git: { commit: string; branch: string | null; remote: string | null; diff: string } | null;
}

/** The points of one metric after a cursor, in order of arrival; the lists have one length. */
export interface IMetricPoints {
  key: string;
  steps: number[];
  times_ms: number[];
  values: MetricValue[];
  execution_ids: (string | null)[];
  next: string | number;
}

/** One page of runs, newest first; `next` is null on the last page. */
export interface IRunPage {
  runs: IRun[];
  next: string | null;
}

export type ChangedPart =
  "run" | "cells" | "metrics" | "params" | "tags" | "artifacts" | "inputs" | "trail";

/** What the live stream says of a commit: which run changed and in what, but no values. */
export interface IChange {
  run_id: string;
  experiment_id: string;
  parent_id: string | null;
  changed: ChangedPart[];
}

/** One step of a pipeline made from a notebook; `cells` count the code cells from 1. */
export interface IPipelineStep {
  name: string;
  cells: number[];
  inputs: string[];
  outputs: string[];
  params: string[];
  source: string;
}

/** What stands in the way of an export (`error`) or should be known (`warning`). */
export interface IProblem {
  severity: "error" | "warning";
  cell: number | null;
  message: string;
}

export interface IPipelineParam {
  name: string;
  default: string | number | boolean;
}

export interface IPipelinePreview {
  name: string;
  /** What can be chosen for each run of the pipeline. */
  params: IPipelineParam[];
  steps: IPipelineStep[];
  problems: IProblem[];
  /** The pipeline's YAML; empty if there are errors. */
  text: string;
  /** Suggested path for the YAML, relative to Jupyter's root folder. */
  filename: string;
}

/** That the hub will stop this server. */
export interface IStopWarning {
  stop_in_seconds: number;
  cause: "idle" | "gpu-idle" | "lifetime";
  /** Goes on from "stopped at 12:03". */
  reason: string;
}

/** How things stand with the end of this server; all times are from now. */
export interface ICullingState {
  warning: IStopWarning | null;
  /** For how long the user may ask to be spared; 0: not at all. */
  keep_at_most_seconds: number;
  /** For how long the user has asked. */
  keep_seconds: number;
  /** How often the hub looks at this server. */
  look_seconds: number;
}
