/** What the sidebar knows, and how it changes. Everything here is pure. */

import { LiveState } from "../api/live";
import { ICell, IExperiment, IRun, IRunPage } from "../api/types";

/** `experiment:ID`, `run:ID`, `cell:ID` or `more:` and the node whose list goes on. */
export type NodeId = string;

export interface ITrail {
  connection: LiveState;
  /** Why the last read failed; null if none did since everything was read again. */
  problem: string | null;
  /** null until they have been read once. */
  experiments: readonly IExperiment[] | null;
  /** The runs read so far, by the node that they hang from: an experiment or a parent run. */
  runs: ReadonlyMap<NodeId, IRunPage>;
  /** The cell runs read so far, by run id. */
  cells: ReadonlyMap<string, readonly ICell[]>;
  /** How many cell runs a run shows, where that is not CELLS_SHOWN. */
  cellsShown: ReadonlyMap<string, number>;
  expanded: ReadonlySet<NodeId>;
  selected: NodeId | null;
}

export const CELLS_SHOWN = 50;

export const EMPTY_TRAIL: ITrail = {
  connection: { kind: "connecting" },
  problem: null,
  experiments: null,
  runs: new Map(),
  cells: new Map(),
  cellsShown: new Map(),
  expanded: new Set(),
  selected: null,
};

export const experimentNode = (experimentId: string): NodeId => `experiment:${experimentId}`;
export const runNode = (runId: string): NodeId => `run:${runId}`;
export const cellNode = (executionId: string): NodeId => `cell:${executionId}`;

/** Return what a node is and its id; the inverse of the functions above. */
export function splitNode(node: NodeId): [kind: string, id: string] {
  const colon = node.indexOf(":");
  return [node.slice(0, colon), node.slice(colon + 1)];
}

/** The node whose list a run stands in. */
export function listOf(run: { experiment_id: string; parent_id: string | null }): NodeId {
  return run.parent_id ? runNode(run.parent_id) : experimentNode(run.experiment_id);
}

/** Take in the experiments; at first, and when one is new, the latest one opens. */
export function withExperiments(trail: ITrail, experiments: readonly IExperiment[]): ITrail {
  const known = new Set(trail.experiments?.map(experiment => experiment.experiment_id));
  const latest = experiments[0];
  const expanded = new Set(trail.expanded);
  if (latest && !known.has(latest.experiment_id)) {
    expanded.add(experimentNode(latest.experiment_id));
  }
  return { ...trail, experiments, expanded };
}

/** Take in the newest runs of a list; older ones that were read before stay. */
export function withFirstPage(trail: ITrail, list: NodeId, page: IRunPage): ITrail {
  const fresh = new Set(page.runs.map(run => run.run_id));
  const oldest = page.runs.at(-1)?.started_ms ?? Infinity;
  const known = trail.runs.get(list);
  const older = page.next
    ? (known?.runs.filter(run => !fresh.has(run.run_id) && run.started_ms <= oldest) ?? [])
    : [];
  const next = older.length > 0 && known ? known.next : page.next;
  return withRuns(trail, list, { runs: [...page.runs, ...older], next });
}

/** Take in the page that follows those read before. */
export function withNextPage(trail: ITrail, list: NodeId, page: IRunPage): ITrail {
  const known = trail.runs.get(list)?.runs ?? [];
  const ids = new Set(known.map(run => run.run_id));
  const added = page.runs.filter(run => !ids.has(run.run_id));
  return withRuns(trail, list, { runs: [...known, ...added], next: page.next });
}

/** Take in the new state of a run that stands in a list. */
export function withRun(trail: ITrail, run: IRun): ITrail {
  const list = listOf(run);
  const page = trail.runs.get(list);
  if (!page) {
    return trail;
  }
  const runs = page.runs.map(known => (known.run_id === run.run_id ? run : known));
  return withRuns(trail, list, { ...page, runs });
}

export function withCells(trail: ITrail, runId: string, cells: readonly ICell[]): ITrail {
  return { ...trail, cells: new Map(trail.cells).set(runId, cells) };
}

/** Show CELLS_SHOWN more cell runs of a run. */
export function withMoreCells(trail: ITrail, runId: string): ITrail {
  const shown = (trail.cellsShown.get(runId) ?? CELLS_SHOWN) + CELLS_SHOWN;
  return { ...trail, cellsShown: new Map(trail.cellsShown).set(runId, shown) };
}

export function withExpanded(trail: ITrail, node: NodeId, isExpanded: boolean): ITrail {
  const expanded = new Set(trail.expanded);
  if (isExpanded) {
    expanded.add(node);
  } else {
    expanded.delete(node);
  }
  return { ...trail, expanded };
}

/** Return the run that a run is known as, if it stands in a list. */
export function findRun(trail: ITrail, runId: string): IRun | null {
  for (const page of trail.runs.values()) {
    const run = page.runs.find(candidate => candidate.run_id === runId);
    if (run) {
      return run;
    }
  }
  return null;
}

/** Return runs, which come newest first, in the order in which they began: the steps of a pipeline. */
export function inOrder(runs: readonly IRun[]): readonly IRun[] {
  return [...runs].sort((a, b) => a.started_ms - b.started_ms);
}

/** Return why the records on screen may be out of date; null if they are not. */
export function awayReason({ connection, problem }: ITrail): string | null {
  return connection.kind === "away" ? connection.reason : problem;
}

/** Return the run to show live: the selected one (or that of the selected cell), else the latest
 * that is running, else the latest. */
export function focusedRun(trail: ITrail): IRun | null {
  const [kind, id] = splitNode(trail.selected ?? ":");
  if (kind === "run") {
    return findRun(trail, id);
  }
  if (kind === "cell") {
    const owner = [...trail.cells].find(([, cells]) => cells.some(c => c.execution_id === id));
    return owner ? findRun(trail, owner[0]) : null;
  }
  const topLevel = [...trail.runs].filter(([list]) => list.startsWith("experiment:"));
  const runs = topLevel
    .flatMap(([, page]) => page.runs)
    .sort((a, b) => b.started_ms - a.started_ms);
  return runs.find(run => run.status === "RUNNING") ?? runs[0] ?? null;
}

function withRuns(trail: ITrail, list: NodeId, page: IRunPage): ITrail {
  return { ...trail, runs: new Map(trail.runs).set(list, page) };
}
