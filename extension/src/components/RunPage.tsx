import { useCallback, useEffect, useMemo, useState } from "react";

import { candidatesOf, isCaptured, sourcesOf } from "../model/captures";
import { useObservable } from "../model/observables";
import { RunWatch } from "../model/runs";
import { inOrder } from "../model/trail";
import { Trails } from "../model/trails";
import { Artifacts } from "./Artifacts";
import { Candidates } from "./Candidates";
import { Cells } from "./Cells";
import { Metrics } from "./Metrics";
import { Origin } from "./Origin";
import { Params } from "./Params";
import { RunHeader } from "./RunHeader";
import { Away, Skeleton } from "./States";
import { Steps } from "./Steps";
import { useTranslation } from "./translation";
import { useChain } from "./useChain";
import { useRunWatch } from "./useRunWatch";

/** Charts read their points one by one, so a run with hundreds of metrics shows some at a time. */
const CHARTS_SHOWN = 12;

export interface IRunPageProps {
  trails: Trails;
  runId: string;
  /** The cell run to show first. */
  executionId: string | null;
  onOpenRun: (runId: string) => void;
  /** The run has this name (now). */
  onName: (name: string) => void;
}

/** A run as a page: what it is, its params, metrics, files and cells, live. */
export function RunPage(props: IRunPageProps): JSX.Element {
  const watch = useRunWatch(props.trails, props.runId, true);
  return watch ? <WatchedRun {...props} watch={watch} /> : <Skeleton lines={8} />;
}

function WatchedRun(props: IRunPageProps & { watch: RunWatch }): JSX.Element {
  const { trails, runId, watch, executionId, onOpenRun, onName } = props;
  const trans = useTranslation();
  const { detail, cells, series, error } = useObservable(watch.view);
  const [shownCell, setShownCell] = useState(executionId);
  const [chain, showChain, showAllCells] = useChain(trails, runId, cells);
  const [chartCount, setChartCount] = useState(CHARTS_SHOWN);
  const summaries = detail?.metric_summaries ?? [];
  const charted = summaries.slice(0, chartCount).map(summary => summary.key);
  const wanted = charted.join("\n");

  useEffect(() => setShownCell(executionId), [executionId]);
  useEffect(() => watch.want(wanted ? wanted.split("\n") : []), [watch, wanted]);
  const name = detail?.name;
  useEffect(() => {
    if (name !== undefined) {
      onName(name);
    }
  }, [name, onName]);
  const readArtifact = useCallback(
    (path: string, signal: AbortSignal) => trails.api.artifact(runId, path, signal),
    [trails, runId],
  );

  const readConsole = useCallback((id: string) => trails.api.console(runId, id), [trails, runId]);
  const readOrigin = useCallback(() => trails.api.origin(runId), [trails, runId]);
  const candidates = useMemo(() => candidatesOf(cells ?? []), [cells]);
  const showCell = (id: string) => {
    showAllCells();
    setShownCell(id);
  };
  const addressOf = (path: string) => trails.api.artifactAddress(runId, path);

  if (!detail) {
    const retry = () => void trails.refresh();
    return error ? <Away reason={error} onRetry={retry} /> : <Skeleton lines={8} />;
  }
  return (
    <article className="jp-Celltrail-RunPageBody" aria-label={trans.__("Run %1", detail.name)}>
      <RunHeader run={detail} onOpenRun={onOpenRun} />
      {error && <p className="jp-Celltrail-Hint">{error}</p>}
      {detail.children.length > 0 && (
        <Steps runs={inOrder(detail.children)} onOpenRun={onOpenRun} />
      )}
      <Params params={detail.param_records} onShowCell={showCell} />
      <Candidates candidates={candidates} onShowCell={showCell} />
      <Metrics
        summaries={summaries}
        charted={charted}
        series={series}
        onShowCell={showCell}
        onShowChain={showChain}
        onMore={() => setChartCount(chartCount + CHARTS_SHOWN)}
      />
      <Artifacts
        artifacts={detail.artifacts.filter(artifact => !isCaptured(artifact))}
        read={readArtifact}
        addressOf={addressOf}
        onShowCell={showCell}
      />
      <Cells
        detail={detail}
        cells={cells}
        shown={shownCell}
        onShowCell={setShownCell}
        chain={chain}
        onShowChain={showChain}
        onShowAll={showAllCells}
        reading={{ artifact: readArtifact, console: readConsole, addressOf }}
      />
      <Origin
        key={runId}
        read={readOrigin}
        sources={sourcesOf(detail.artifacts)}
        addressOf={addressOf}
      />
    </article>
  );
}
