import { KeyboardEvent, useLayoutEffect, useRef, useState } from "react";

import { IRow } from "../model/rows";
import { moveFor } from "../model/treeKeys";
import { NodeId } from "../model/trail";
import { RowView } from "./RowView";
import { useTranslation } from "./translation";

export interface ITrailTreeProps {
  rows: readonly IRow[];
  selected: NodeId | null;
  onSelect: (row: IRow) => void;
  onToggle: (row: IRow) => void;
  /** Enter, or a double click. */
  onOpen: (row: IRow) => void;
}

/** Experiments, runs and cells as one tree with one tab stop. */
export function TrailTree(props: ITrailTreeProps): JSX.Element {
  const { rows, selected, onSelect, onToggle, onOpen } = props;
  const trans = useTranslation();
  const tree = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<NodeId | null>(null);
  const index = Math.max(
    0,
    rows.findIndex(row => row.id === (focused ?? selected)),
  );
  const isMoving = useRef(false);

  useLayoutEffect(() => {
    if (isMoving.current) {
      isMoving.current = false;
      tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const move = moveFor(event.key, rows, index);
    if (!move || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (move.kind === "focus") {
      isMoving.current = true;
      setFocused(move.row.id);
      onSelect(move.row);
    } else if (move.kind === "toggle") {
      onToggle(move.row);
    } else {
      onOpen(move.row);
    }
  };

  return (
    <div
      className="jp-Celltrail-Tree"
      role="tree"
      aria-label={trans.__("Experiments, runs and cells")}
      ref={tree}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, position) => (
        <RowView
          key={row.id}
          row={row}
          isSelected={row.id === selected}
          isTabStop={position === index}
          onFocus={() => setFocused(row.id)}
          onSelect={() => onSelect(row)}
          onToggle={() => onToggle(row)}
          onOpen={() => onOpen(row)}
        />
      ))}
    </div>
  );
}
