import { useEffect, useState } from "react";

import { IRun } from "../api/types";
import { mainFigure } from "../model/captures";
import { formatNumber } from "../model/format";
import { useObservable } from "../model/observables";
import { RunWatch } from "../model/runs";
import { mainMetric } from "../model/series";
import { Chart } from "./Chart";
import { Figure, ReadArtifact, isFigure } from "./Figure";
import { StatusDot } from "./Status";
import { useTranslation } from "./translation";

export interface IRunGlanceProps {
  run: IRun;
  watch: RunWatch;
  readArtifact: ReadArtifact;
  onOpen: () => void;
}

/** A run at a glance, live: the curve of one metric, its last value, and a figure. */
export function RunGlance({ run, watch, readArtifact, onOpen }: IRunGlanceProps): JSX.Element {
  const trans = useTranslation();
  const { detail, series } = useObservable(watch.view);
  const [chosen, setChosen] = useState<string | null>(null);
  const keys = Object.keys(run.metrics);
  const key = chosen && keys.includes(chosen) ? chosen : mainMetric(keys);
  useEffect(() => watch.want(key ? [key] : []), [watch, key]);

  const curve = key === null ? undefined : series.get(key);
  const figure = mainFigure(detail?.artifacts.filter(isFigure) ?? []);
  return (
    <section className="jp-Celltrail-Glance" aria-label={trans.__("Run %1", run.name)}>
      <header>
        <StatusDot status={run.status} />
        <span className="jp-Celltrail-Name">{run.name}</span>
        <button className="jp-mod-styled jp-Celltrail-Small" onClick={onOpen}>
          {trans.__("Open")}
        </button>
      </header>
      {key !== null && (
        <div className="jp-Celltrail-GlanceMetric">
          {keys.length > 1 ? (
            <select
              aria-label={trans.__("Metric")}
              value={key}
              onChange={event => setChosen(event.target.value)}
            >
              {keys.map(option => (
                <option key={option}>{option}</option>
              ))}
            </select>
          ) : (
            <span>{key}</span>
          )}
          <strong>{formatNumber(run.metrics[key])}</strong>
        </div>
      )}
      {curve && curve.steps.length > 1 && <Chart series={curve} height={120} isCompact />}
      {figure && <Figure artifact={figure} read={readArtifact} />}
    </section>
  );
}
