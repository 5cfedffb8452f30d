import { IMetricSummary } from "../api/types";
import { formatNumber } from "../model/format";
import { ISeries } from "../model/series";
import { CellLink, ShowCell } from "./CellLink";
import { Chart } from "./Chart";
import { useTranslation } from "./translation";

export interface IMetricsProps {
  summaries: readonly IMetricSummary[];
  /** Keys of the metrics that have a chart, a part of the summaries'. */
  charted: readonly string[];
  series: ReadonlyMap<string, ISeries>;
  onShowCell: ShowCell;
  /** Show the cell runs that a metric comes from. */
  onShowChain: (name: string, executionId: string) => void;
  /** Chart more of them. */
  onMore: () => void;
}

/** The metrics of a run in figures, and those with several points as curves. */
export function Metrics(props: IMetricsProps): JSX.Element | null {
  const { summaries, charted, series, onShowCell, onShowChain, onMore } = props;
  const trans = useTranslation();
  if (summaries.length === 0) {
    return null;
  }
  const curves = charted
    .map(key => series.get(key))
    .filter((curve): curve is ISeries => curve !== undefined && curve.steps.length > 1);
  return (
    <section>
      <h3>{trans.__("Metrics")}</h3>
      <table className="jp-Celltrail-Table" aria-label={trans.__("Metrics")}>
        <thead>
          <tr>
            <th scope="col">{trans.__("Name")}</th>
            <th scope="col">{trans.__("Last")}</th>
            <th scope="col">{trans.__("Min")}</th>
            <th scope="col">{trans.__("Max")}</th>
            <th scope="col">{trans.__("Points")}</th>
            <th scope="col">{trans.__("Comes from")}</th>
          </tr>
        </thead>
        <tbody>
          {summaries.map(({ key, last, min, max, count, execution_id }) => (
            <tr key={key}>
              <th scope="row">
                <CellLink name={key} executionId={execution_id} onShowCell={onShowCell} />
              </th>
              <td>{formatNumber(last)}</td>
              <td>{formatNumber(min)}</td>
              <td>{formatNumber(max)}</td>
              <td>{count}</td>
              <td>
                {execution_id !== null && (
                  <button
                    className="jp-Celltrail-Link"
                    aria-label={trans.__("Show the cells that %1 comes from", key)}
                    onClick={() => onShowChain(key, execution_id)}
                  >
                    {trans.__("cells")}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="jp-Celltrail-Charts">
        {curves.map(curve => (
          <div key={curve.key} className="jp-Celltrail-ChartCard">
            <h4>{curve.key}</h4>
            <Chart series={curve} height={180} />
          </div>
        ))}
      </div>
      {charted.length < summaries.length && (
        <button className="jp-mod-styled" onClick={onMore}>
          {trans.__("More charts…")}
        </button>
      )}
    </section>
  );
}
