import { describe, expect, it } from "vitest";

import { visibleRows } from "../rows";
import { moveFor } from "../treeKeys";
import {
  CELLS_SHOWN,
  EMPTY_TRAIL,
  focusedRun,
  withCells,
  withExpanded,
  withExperiments,
  withFirstPage,
  withMoreCells,
  withNextPage,
  withRun,
} from "../trail";
import { aCell, aRun, anExperiment } from "./samples";

const runs = (...ids: string[]) => ids.map((id, age) => aRun(id, { started_ms: 1000 - age }));
const ids = (trail: Parameters<typeof visibleRows>[0]) => visibleRows(trail).map(row => row.id);

const opened = withFirstPage(
  withExperiments(EMPTY_TRAIL, [anExperiment("1"), anExperiment("2")]),
  "experiment:1",
  { runs: runs("a", "b"), next: null },
);

describe("the tree", () => {
  it("opens the latest experiment, and later one that is new", () => {
    expect(ids(opened)).toEqual(["experiment:1", "run:a", "run:b", "experiment:2"]);
    const closed = withExpanded(opened, "experiment:1", false);
    expect(ids(withExperiments(closed, closed.experiments ?? []))).not.toContain("run:a");
    const added = withExperiments(closed, [anExperiment("3"), anExperiment("1")]);
    expect(ids(added)).toEqual(["experiment:3", "loading:experiment:3", "experiment:1"]);
  });

  it("keeps older runs when the newest are read again", () => {
    const paged = withNextPage(
      withFirstPage(opened, "experiment:1", { runs: runs("b", "c"), next: "1" }),
      "experiment:1",
      { runs: [aRun("d", { started_ms: 1 })], next: null },
    );
    const fresh = withFirstPage(paged, "experiment:1", { runs: runs("a", "b"), next: "2" });
    expect(
      fresh.runs
        .get("experiment:1")
        ?.runs.map(run => run.run_id)
        .join(""),
    ).toBe("abcd");
    expect(fresh.runs.get("experiment:1")?.next).toBeNull();
  });

  it("drops runs that are gone once everything fits on one page", () => {
    const fresh = withFirstPage(opened, "experiment:1", { runs: runs("b"), next: null });
    expect(ids(fresh)).not.toContain("run:a");
  });

  it("shows a run's new state in its place", () => {
    const changed = withRun(opened, aRun("b", { status: "RUNNING", metrics: { loss: 0.5 } }));
    const row = visibleRows(changed)[2];
    expect(row.content).toMatchObject({ run: { run_id: "b", metrics: { loss: 0.5 } } });
  });

  it("hangs steps, in the order in which they ran, and cells below a run", () => {
    const steps = [
      aRun("evaluate", { parent_id: "a", started_ms: 9 }),
      aRun("train", { parent_id: "a", started_ms: 5 }),
    ];
    let trail = withExpanded(opened, "run:a", true);
    expect(ids(trail)).toContain("loading:run:a");
    trail = withFirstPage(trail, "run:a", { runs: steps, next: null });
    trail = withCells(trail, "a", [aCell("x")]);
    const below = visibleRows(trail).filter(row => row.parent === "run:a");
    expect(below.map(row => [row.id, row.level, row.position, row.siblings])).toEqual([
      ["run:train", 3, 1, 3],
      ["run:evaluate", 3, 2, 3],
      ["cell:x", 3, 3, 3],
    ]);
  });

  it("shows the last of many cells and more on demand", () => {
    const cells = Array.from({ length: CELLS_SHOWN * 2 + 1 }, (_, n) => aCell(`c${n}`));
    let trail = withExpanded(opened, "run:a", true);
    trail = withCells(withFirstPage(trail, "run:a", { runs: [], next: null }), "a", cells);
    const count = () => ids(trail).filter(id => id.startsWith("cell:")).length;
    expect(count()).toBe(CELLS_SHOWN);
    expect(ids(trail)).toContain(`cell:c${CELLS_SHOWN * 2}`);
    expect(ids(trail)).toContain("more:cells:a");
    trail = withMoreCells(withMoreCells(trail, "a"), "a");
    expect(count()).toBe(cells.length);
    expect(ids(trail)).not.toContain("more:cells:a");
  });

  it("says so when a run has recorded nothing", () => {
    let trail = withExpanded(opened, "run:a", true);
    trail = withCells(withFirstPage(trail, "run:a", { runs: [], next: null }), "a", []);
    expect(ids(trail)).toContain("nothing:run:a");
  });
});

describe("the run at a glance", () => {
  it("is the one that is running, else the latest", () => {
    expect(focusedRun(opened)?.run_id).toBe("a");
    expect(focusedRun(withRun(opened, aRun("b", { status: "RUNNING" })))?.run_id).toBe("b");
  });

  it("is the selected one, or that of the selected cell", () => {
    expect(focusedRun({ ...opened, selected: "run:b" })?.run_id).toBe("b");
    const trail = withCells(opened, "b", [aCell("x")]);
    expect(focusedRun({ ...trail, selected: "cell:x" })?.run_id).toBe("b");
  });

  it("stays when an experiment is selected", () => {
    expect(focusedRun({ ...opened, selected: "experiment:2" })?.run_id).toBe("a");
  });
});

describe("keys in the tree", () => {
  const rows = visibleRows(opened);
  const move = (key: string, index: number) => {
    const found = moveFor(key, rows, index);
    return found && [found.kind, found.row.id];
  };

  it("move over all rows and stop at the ends", () => {
    expect(move("ArrowDown", 0)).toEqual(["focus", "run:a"]);
    expect(move("ArrowUp", 0)).toBeNull();
    expect(move("End", 0)).toEqual(["focus", "experiment:2"]);
    expect(move("Home", 3)).toEqual(["focus", "experiment:1"]);
    expect(move("ArrowDown", 3)).toBeNull();
  });

  it("open, enter, leave and close", () => {
    expect(move("ArrowRight", 1)).toEqual(["toggle", "run:a"]);
    expect(move("ArrowRight", 0)).toEqual(["focus", "run:a"]);
    expect(move("ArrowLeft", 1)).toEqual(["focus", "experiment:1"]);
    expect(move("ArrowLeft", 0)).toEqual(["toggle", "experiment:1"]);
    expect(move("Enter", 2)).toEqual(["open", "run:b"]);
    expect(move("x", 2)).toBeNull();
  });
});
