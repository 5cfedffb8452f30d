import { IRunDetail } from "../api/types";
import { isCaptured } from "./captures";

/** What one cell run logged. */
export interface ILogged {
  params: string[];
  metrics: string[];
  artifacts: string[];
}

/** Return what each cell run of a run logged, by its execution id. */
export function loggedByCell(detail: IRunDetail): Map<string, ILogged> {
  const cells = new Map<string, ILogged>();
  const add = (executionId: string | null, kind: keyof ILogged, name: string) => {
    if (executionId === null) {
      return;
    }
    const logged = cells.get(executionId) ?? { params: [], metrics: [], artifacts: [] };
    logged[kind].push(name);
    cells.set(executionId, logged);
  };
  detail.param_records.forEach(param => add(param.execution_id, "params", param.key));
  detail.metric_summaries.forEach(metric => add(metric.execution_id, "metrics", metric.key));
  detail.artifacts
    .filter(artifact => !isCaptured(artifact))
    .forEach(artifact => add(artifact.execution_id, "artifacts", artifact.path));
  return cells;
}
