import { ICell, IExperiment, IRun } from "../../api/types";

export function anExperiment(id: string): IExperiment {
  return {
    experiment_id: id,
    name: `experiment ${id}`,
    owner: "ada",
    created_ms: 0,
    last_activity_ms: 0,
    run_count: 1,
  };
}

export function aRun(id: string, more: Partial<IRun> = {}): IRun {
  return {
    run_id: id,
    experiment_id: "1",
    experiment_name: "experiment 1",
    name: `run ${id}`,
    kind: "notebook",
    status: "FINISHED",
    owner: "ada",
    parent_id: null,
    notebook: null,
    started_ms: 0,
    ended_ms: null,
    cell_count: 0,
    metrics: {},
    params: {},
    tags: {},
    ...more,
  };
}

export function aCell(id: string, more: Partial<ICell> = {}): ICell {
  return {
    execution_id: id,
    cell_id: null,
    ordinal: 1,
    execution_count: 1,
    source: "1 + 1",
    started_ms: 0,
    duration_ms: 1,
    status: "ok",
    error_name: null,
    error_message: null,
    has_console: false,
    cpu_ms: null,
    memory_start_bytes: null,
    memory_peak_bytes: null,
    gpu_percent: null,
    gpu_memory_bytes: null,
    candidate_params: {},
    ...more,
  };
}
