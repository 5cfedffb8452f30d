import { TranslationBundle } from "@jupyterlab/translation";
import { caretDownIcon, caretRightIcon } from "@jupyterlab/ui-components";

import { IRun } from "../api/types";
import { firstLine, formatDuration, formatTime } from "../model/format";
import { IRow, RowContent } from "../model/rows";
import { metricsOf } from "../model/series";
import { StatusDot, statusWord } from "./Status";
import { useTranslation } from "./translation";

export interface IRowViewProps {
  row: IRow;
  isSelected: boolean;
  /** Whether Tab comes to this row; one of the tree has it. */
  isTabStop: boolean;
  /** The focus is here now, by key, pointer or assistive technology. */
  onFocus: () => void;
  onSelect: () => void;
  onToggle: () => void;
  onOpen: () => void;
}

/** One row of the tree. */
export function RowView(props: IRowViewProps): JSX.Element {
  const { row, isSelected, isTabStop, onFocus, onSelect, onToggle, onOpen } = props;
  const trans = useTranslation();
  const Caret = row.isExpanded ? caretDownIcon : caretRightIcon;
  const isMore = row.content.kind === "more";
  return (
    <div
      className="jp-Celltrail-Row"
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.isExpanded ?? undefined}
      aria-selected={isSelected}
      aria-label={nameOf(trans, row.content)}
      data-kind={row.content.kind}
      tabIndex={isTabStop ? 0 : -1}
      style={{ paddingLeft: 4 + (row.level - 1) * 14 }}
      onFocus={onFocus}
      onClick={isMore ? onOpen : onSelect}
      onDoubleClick={isMore ? undefined : onOpen}
    >
      <span
        className="jp-Celltrail-Caret"
        aria-hidden="true"
        onClick={event => {
          if (row.isExpanded !== null) {
            event.stopPropagation();
            onToggle();
          }
        }}
        onDoubleClick={event => event.stopPropagation()}
      >
        {row.isExpanded === null ? null : <Caret.react tag={null} width="14px" height="14px" />}
      </span>
      <Content content={row.content} />
    </div>
  );
}

function Content({ content }: { content: RowContent }): JSX.Element {
  const trans = useTranslation();
  switch (content.kind) {
    case "experiment":
      return (
        <>
          <span className="jp-Celltrail-Name">{content.experiment.name}</span>
          <span className="jp-Celltrail-Aside">{content.experiment.run_count}</span>
        </>
      );
    case "run":
      return (
        <>
          <StatusDot status={content.run.status} />
          <span className="jp-Celltrail-Name">{content.run.name}</span>
          <span className="jp-Celltrail-Aside">{asideOf(trans, content.run)}</span>
        </>
      );
    case "cell":
      return (
        <>
          <StatusDot status={content.cell.status} />
          <span className="jp-Celltrail-Count">[{content.cell.execution_count ?? " "}]</span>
          <code className="jp-Celltrail-Name">{firstLine(content.cell.source)}</code>
          <span className="jp-Celltrail-Aside">
            {content.cell.duration_ms === null ? "" : formatDuration(content.cell.duration_ms)}
          </span>
        </>
      );
    default:
      return <span className="jp-Celltrail-Hint">{nameOf(trans, content)}</span>;
  }
}

/** What a screen reader says for a row. */
function nameOf(trans: TranslationBundle, content: RowContent): string {
  switch (content.kind) {
    case "experiment": {
      const { name, run_count } = content.experiment;
      return trans._n("%2, %1 run", "%2, %1 runs", run_count, name);
    }
    case "run": {
      const { run } = content;
      return [run.name, statusWord(trans, run.status), asideOf(trans, run)].join(", ");
    }
    case "cell": {
      const { cell } = content;
      return [firstLine(cell.source), statusWord(trans, cell.status)].join(", ");
    }
    case "more":
      return content.list.startsWith("cells:")
        ? trans.__("Earlier cells…")
        : trans.__("More runs…");
    case "loading":
      return trans.__("Loading…");
    case "nothing":
      return trans.__("Nothing recorded yet");
  }
}

/** What is said next to a run's name: its metrics, else what it is and since when. */
function asideOf(trans: TranslationBundle, run: IRun): string {
  const time = formatTime(run.started_ms, Date.now());
  return metricsOf(run) || (run.kind === "pipeline" ? `${trans.__("pipeline")} · ${time}` : time);
}
