/** Which cell runs a logged value comes from, as far as the trail tells. Everything here is pure. */

import { ICell, ICellTrace, IVariableRead } from "../api/types";

/** The cell runs behind a value, by their execution ids. */
export interface IChain {
  certain: ReadonlySet<string>;
  /** Those that it may depend on besides. */
  maybe: ReadonlySet<string>;
  /** Those that belong to another run, one that the session recorded before. */
  elsewhere: ReadonlySet<string>;
}

/** Return the cell runs that what a cell run made depends on, with itself: the backward slice. */
export function chainOf(
  executionId: string,
  cells: readonly ICell[],
  traces: readonly ICellTrace[],
): IChain {
  const known = new Set(cells.map(cell => cell.execution_id));
  const byId = new Map(traces.map(trace => [trace.execution_id, trace]));
  const certain = new Set<string>();
  const maybe = new Set<string>();
  const elsewhere = new Set<string>();
  const followed = new Set<string>();
  const waiting: [IVariableRead, boolean][] = [[{ name: "", written_by: executionId }, true]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [{ name, written_by: writer }, isCertain] = next;
    const step = `${writer} ${isCertain} ${name}`;
    if (!writer || followed.has(step)) {
      continue;
    }
    followed.add(step);
    if (!known.has(writer)) {
      elsewhere.add(writer);
      continue;
    }
    const isNew = !certain.has(writer) && (isCertain || !maybe.has(writer));
    (isCertain ? certain : maybe).add(writer);
    for (const read of byId.get(writer)?.reads ?? []) {
      if (read.only_for ? read.only_for === name : isNew) {
        waiting.push([read, isCertain && (read.is_certain ?? true)]);
      }
    }
  }
  certain.forEach(id => maybe.delete(id));
  return { certain, maybe, elsewhere };
}

/** Return the code of the cell runs that a value surely comes from as one script. */
export function scriptOf(chain: IChain, cells: readonly ICell[]): string {
  const parts = cells
    .filter(cell => chain.certain.has(cell.execution_id))
    .map(cell => `# %% [${cell.execution_count ?? cell.ordinal}]\n${cell.source}`);
  return `${parts.join("\n\n")}\n`;
}
