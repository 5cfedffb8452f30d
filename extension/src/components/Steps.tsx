import { IRun } from "../api/types";
import { formatDuration } from "../model/format";
import { metricsOf } from "../model/series";
import { StatusDot } from "./Status";
import { useTranslation } from "./translation";

export interface IStepsProps {
  /** In the order in which they began. */
  runs: readonly IRun[];
  onOpenRun: (runId: string) => void;
}

/** The runs below a run: the steps of a pipeline, or fits that MLflow logged by itself. */
export function Steps({ runs, onOpenRun }: IStepsProps): JSX.Element {
  const trans = useTranslation();
  const isPipeline = runs.some(run => run.kind === "step");
  const title = isPipeline ? trans.__("Steps") : trans.__("Runs below");
  return (
    <section>
      <h3>{title}</h3>
      <table className="jp-Celltrail-Table" aria-label={title}>
        <tbody>
          {runs.map(run => (
            <tr key={run.run_id}>
              <th scope="row">
                <StatusDot status={run.status} />{" "}
                <button className="jp-Celltrail-Link" onClick={() => onOpenRun(run.run_id)}>
                  {run.name}
                </button>
              </th>
              <td>{run.ended_ms === null ? "" : formatDuration(run.ended_ms - run.started_ms)}</td>
              <td>{metricsOf(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
