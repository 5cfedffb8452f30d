/** What was captured of a run, sorted for its page. Everything here is pure. */

import { IArtifact, ICell } from "../api/types";

/** What one cell run showed. */
export interface IShown {
  figures: IArtifact[];
  frames: IArtifact[];
}

export const NOTHING_SHOWN: IShown = { figures: [], frames: [] };

/** A literal that a cell assigned to a name, the last one of this name. */
export interface ICandidate {
  name: string;
  value: string;
  execution_id: string;
}

const SHOWN = /^cells\/\d+\/(figure|frame)-\d+\.\w+$/;
const SOURCE = /^code\//;

/** `figure-2` comes before `figure-10`. */
const BY_NUMBER = new Intl.Collator("en", { numeric: true });

/** Whether a file was captured, and is shown with its cell or its run's origin. */
export function isCaptured({ path }: IArtifact): boolean {
  return SHOWN.test(path) || SOURCE.test(path);
}

/** Return what each cell run showed, by its execution id. */
export function shownByCell(artifacts: readonly IArtifact[]): Map<string, IShown> {
  const cells = new Map<string, IShown>();
  const shownByAny = artifacts.filter(({ path }) => SHOWN.test(path));
  for (const artifact of shownByAny.sort((one, other) => BY_NUMBER.compare(one.path, other.path))) {
    const kind = SHOWN.exec(artifact.path)?.[1];
    if (kind && artifact.execution_id !== null) {
      const shown = cells.get(artifact.execution_id) ?? { figures: [], frames: [] };
      (kind === "figure" ? shown.figures : shown.frames).push(artifact);
      cells.set(artifact.execution_id, shown);
    }
  }
  return cells;
}

/** Return the last figure that was logged; without one, the last one that was shown. */
export function mainFigure(figures: readonly IArtifact[]): IArtifact | null {
  const logged = figures.filter(figure => !isCaptured(figure));
  return (logged.length > 0 ? logged : figures).reduce<IArtifact | null>(
    (last, next) => (last && last.logged_ms > next.logged_ms ? last : next),
    null,
  );
}

/** Return the sources of the modules that a run imported. */
export function sourcesOf(artifacts: readonly IArtifact[]): IArtifact[] {
  return artifacts.filter(({ path }) => SOURCE.test(path));
}

/** Return the candidate params of a run by name, each with its last value. */
export function candidatesOf(cells: readonly ICell[]): ICandidate[] {
  const found = new Map<string, ICandidate>();
  for (const { candidate_params, execution_id } of cells) {
    for (const [name, value] of Object.entries(candidate_params)) {
      found.set(name, { name, value, execution_id });
    }
  }
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
