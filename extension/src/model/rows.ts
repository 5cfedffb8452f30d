/** The tree of experiments, runs and cells as the rows that are on screen. Pure. */

import { ICell, IExperiment, IRun } from "../api/types";
import {
  CELLS_SHOWN,
  ITrail,
  NodeId,
  cellNode,
  experimentNode,
  inOrder,
  runNode,
  splitNode,
} from "./trail";

/** What a row shows: a record, a way to more of them, or that there is nothing (yet). */
export type RowContent =
  | { kind: "experiment"; experiment: IExperiment }
  | { kind: "run"; run: IRun }
  | { kind: "cell"; runId: string; cell: ICell }
  | { kind: "more"; list: NodeId }
  | { kind: "loading" }
  | { kind: "nothing" };

/** A row of the tree with all that assistive technology is told about its place. */
export interface IRow {
  id: NodeId;
  content: RowContent;
  /** From 1. */
  level: number;
  /** From 1, among its siblings. */
  position: number;
  siblings: number;
  parent: NodeId | null;
  /** null: it has no children. */
  isExpanded: boolean | null;
}

interface INode {
  id: NodeId;
  content: RowContent;
  isExpandable: boolean;
}

/** Return the rows of the tree from top to bottom. */
export function visibleRows(trail: ITrail): IRow[] {
  const roots = (trail.experiments ?? []).map(experiment => ({
    id: experimentNode(experiment.experiment_id),
    content: { kind: "experiment" as const, experiment },
    isExpandable: true,
  }));
  return rowsOf(trail, roots, 1, null);
}

function rowsOf(trail: ITrail, nodes: INode[], level: number, parent: NodeId | null): IRow[] {
  return nodes.flatMap((node, index) => {
    const isExpanded = node.isExpandable ? trail.expanded.has(node.id) : null;
    const row = {
      id: node.id,
      content: node.content,
      level,
      position: index + 1,
      siblings: nodes.length,
      parent,
      isExpanded,
    };
    return isExpanded
      ? [row, ...rowsOf(trail, childrenOf(trail, node.id), level + 1, node.id)]
      : [row];
  });
}

function childrenOf(trail: ITrail, node: NodeId): INode[] {
  const [kind, id] = splitNode(node);
  const page = trail.runs.get(node);
  const cells = kind === "run" ? trail.cells.get(id) : [];
  if (!page || !cells) {
    return [leaf(`loading:${node}`, { kind: "loading" })];
  }
  const runs = (kind === "run" ? inOrder(page.runs) : page.runs).map(run => ({
    id: runNode(run.run_id),
    content: { kind: "run" as const, run },
    isExpandable: true,
  }));
  const moreRuns = page.next ? [more(node)] : [];
  const children = [...runs, ...moreRuns, ...cellsOf(trail, id, cells)];
  return children.length > 0 ? children : [leaf(`nothing:${node}`, { kind: "nothing" })];
}

/** The latest cell runs, in the order in which they ran; earlier ones are a row away. */
function cellsOf(trail: ITrail, runId: string, cells: readonly ICell[]): INode[] {
  const shown = trail.cellsShown.get(runId) ?? CELLS_SHOWN;
  const latest = cells.slice(-shown);
  const earlier = cells.length > shown ? [more(`cells:${runId}`)] : [];
  return [
    ...earlier,
    ...latest.map(cell => leaf(cellNode(cell.execution_id), { kind: "cell", runId, cell })),
  ];
}

function more(list: NodeId): INode {
  return leaf(`more:${list}`, { kind: "more", list });
}

function leaf(id: NodeId, content: RowContent): INode {
  return { id, content, isExpandable: false };
}
