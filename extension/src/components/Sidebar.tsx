import { refreshIcon } from "@jupyterlab/ui-components";
import { useCallback, useEffect, useMemo } from "react";

import { IRun } from "../api/types";
import { useObservable } from "../model/observables";
import { IRow, visibleRows } from "../model/rows";
import { awayReason, focusedRun } from "../model/trail";
import { Trails } from "../model/trails";
import { RunGlance } from "./RunGlance";
import { Away, EmptyState, Skeleton } from "./States";
import { TrailTree } from "./TrailTree";
import { useTranslation } from "./translation";
import { useRunWatch } from "./useRunWatch";

export interface ISidebarProps {
  trails: Trails;
  /** Show a run as a page, at one of its cell runs if that is named. */
  onOpenRun: (runId: string, executionId?: string) => void;
}

/** The panel at the side: the tree of trails, and the run in focus at a glance. */
export function Sidebar({ trails, onOpenRun }: ISidebarProps): JSX.Element {
  const trans = useTranslation();
  const trail = useObservable(trails.trail);
  const rows = useMemo(() => visibleRows(trail), [trail]);
  const run = focusedRun(trail);
  useFirstFrameMark();

  const onOpen = ({ id, content }: IRow) => {
    if (content.kind === "run") {
      onOpenRun(content.run.run_id);
    } else if (content.kind === "cell") {
      onOpenRun(content.runId, content.cell.execution_id);
    } else if (content.kind === "more") {
      void trails.more(content.list);
    } else if (content.kind === "experiment") {
      void trails.toggle(id);
    }
  };
  const { connection, experiments } = trail;
  const reason = awayReason(trail);
  return (
    <div className="jp-Celltrail-SidebarBody">
      <header className="jp-Celltrail-Header">
        <h2>{trans.__("Experiments")}</h2>
        {connection.kind === "live" && (
          <span className="jp-Celltrail-Live">{trans.__("live")}</span>
        )}
        <button
          className="jp-Celltrail-IconButton"
          title={trans.__("Refresh")}
          aria-label={trans.__("Refresh")}
          onClick={() => void trails.refresh()}
        >
          <refreshIcon.react tag="span" width="16px" height="16px" />
        </button>
      </header>
      {reason !== null && <Away reason={reason} onRetry={() => trails.retry()} />}
      {experiments === null && reason === null && <Skeleton lines={5} />}
      {experiments?.length === 0 && <EmptyState />}
      {experiments !== null && experiments.length > 0 && (
        <TrailTree
          rows={rows}
          selected={trail.selected}
          onSelect={row => trails.select(row.id)}
          onToggle={row => void trails.toggle(row.id)}
          onOpen={onOpen}
        />
      )}
      {run && <WatchedGlance key={run.run_id} trails={trails} run={run} onOpenRun={onOpenRun} />}
    </div>
  );
}

function WatchedGlance(props: ISidebarProps & { run: IRun }): JSX.Element | null {
  const { trails, run, onOpenRun } = props;
  const runId = run.run_id;
  const watch = useRunWatch(trails, runId, false);
  const readArtifact = useCallback(
    (path: string, signal: AbortSignal) => trails.api.artifact(runId, path, signal),
    [trails, runId],
  );
  return (
    watch && (
      <RunGlance
        run={run}
        watch={watch}
        readArtifact={readArtifact}
        onOpen={() => onOpenRun(runId)}
      />
    )
  );
}

/** Leaves a mark in the browser's timeline when the panel is painted first. */
function useFirstFrameMark(): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => performance.mark("celltrail:sidebar-painted"));
    return () => cancelAnimationFrame(frame);
  }, []);
}
