import { IRow } from "./rows";

/** What a key does in the tree: go to a row, or open or close one. */
export type TreeMove =
  { kind: "focus"; row: IRow } | { kind: "toggle"; row: IRow } | { kind: "open"; row: IRow };

/**
 * Return what `key` does while the row at `index` has the focus; null if nothing.
 *
 * Source: WAI-ARIA Authoring Practices, "Tree View Pattern", keyboard interaction.
 */
export function moveFor(key: string, rows: readonly IRow[], index: number): TreeMove | null {
  const row = rows[index];
  switch (key) {
    case "ArrowDown":
      return focus(rows[index + 1]);
    case "ArrowUp":
      return focus(rows[index - 1]);
    case "Home":
      return focus(rows[0]);
    case "End":
      return focus(rows.at(-1));
    case "ArrowRight":
      if (row.isExpanded === false) {
        return { kind: "toggle", row };
      }
      return row.isExpanded ? focus(rows[index + 1]) : null;
    case "ArrowLeft":
      if (row.isExpanded) {
        return { kind: "toggle", row };
      }
      return focus(rows.find(candidate => candidate.id === row.parent));
    case "Enter":
      return { kind: "open", row };
    default:
      return null;
  }
}

function focus(row: IRow | undefined): TreeMove | null {
  return row ? { kind: "focus", row } : null;
}
