import { useEffect, useMemo, useRef, useState } from "react";

import { ICell, IRunDetail } from "../api/types";
import { IShown, NOTHING_SHOWN, shownByCell } from "../model/captures";
import { formatDuration, formatSize } from "../model/format";
import { IChain } from "../model/chains";
import { ILogged, loggedByCell } from "../model/origins";
import { ChainBar } from "./ChainBar";
import { ICaptureReading, Output } from "./Output";
import { Skeleton } from "./States";
import { StatusDot, statusWord } from "./Status";
import { ShowCell } from "./CellLink";
import { useTranslation } from "./translation";

const SHOWN = 100;

export interface ICellsProps {
  detail: IRunDetail;
  /** In the order in which they ran; null until they have been read. */
  cells: readonly ICell[] | null;
  /** The cell run to bring into view. */
  shown: string | null;
  onShowCell: ShowCell;
  reading: ICaptureReading;
  /** Show only what a value comes from. */
  chain: IShownChain | null;
  onShowChain: (name: string, executionId: string) => void;
  onShowAll: () => void;
}

/** The cell runs behind a value; `chain` is null until it is known. */
export interface IShownChain {
  name: string;
  chain: IChain | null;
  error: string | null;
}

/** The cells of a run as they ran, each with what it logged, showed, printed and took. */
export function Cells(props: ICellsProps): JSX.Element | null {
  const { detail, shown, onShowCell, reading, chain, onShowChain, onShowAll } = props;
  const trans = useTranslation();
  const [count, setCount] = useState(SHOWN);
  const logged = useMemo(() => loggedByCell(detail), [detail]);
  const displayed = useMemo(() => shownByCell(detail.artifacts), [detail]);
  if (props.cells === null) {
    return <Skeleton lines={4} />;
  }
  if (props.cells.length === 0) {
    return null;
  }
  const only = chain?.chain ?? null;
  const cells = props.cells.filter(
    ({ execution_id: id }) => !only || only.certain.has(id) || only.maybe.has(id),
  );
  const wanted = cells.findIndex(cell => cell.execution_id === shown) + 1;
  const limit = Math.max(count, wanted);
  return (
    <section>
      <h3>{trans.__("Cells")}</h3>
      {chain?.error && <p className="jp-Celltrail-Hint">{chain.error}</p>}
      {chain && only && (
        <ChainBar name={chain.name} chain={only} cells={props.cells} onClose={onShowAll} />
      )}
      <ol className="jp-Celltrail-Cells">
        {cells.slice(0, limit).map(cell => (
          <CellCard
            key={cell.execution_id}
            cell={cell}
            logged={logged.get(cell.execution_id)}
            displayed={displayed.get(cell.execution_id) ?? NOTHING_SHOWN}
            reading={reading}
            isShown={cell.execution_id === shown}
            isDoubtful={only?.maybe.has(cell.execution_id) ?? false}
            onShowCell={onShowCell}
            onShowChain={onShowChain}
          />
        ))}
      </ol>
      {limit < cells.length && (
        <button className="jp-mod-styled" onClick={() => setCount(limit + SHOWN)}>
          {trans.__("More cells…")}
        </button>
      )}
    </section>
  );
}

interface ICellCardProps {
  cell: ICell;
  logged?: ILogged;
  displayed: IShown;
  reading: ICaptureReading;
  isShown: boolean;
  /** Whether it is not certain that the shown value depends on it. */
  isDoubtful: boolean;
  onShowCell: ShowCell;
  onShowChain: (name: string, executionId: string) => void;
}

function CellCard(props: ICellCardProps): JSX.Element {
  const { cell, logged, displayed, reading, isShown, isDoubtful, onShowCell, onShowChain } = props;
  const trans = useTranslation();
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isShown) {
      card.current?.scrollIntoView({ block: "center" });
      card.current?.focus({ preventScroll: true });
    }
  }, [isShown]);
  const count = cell.execution_count ?? cell.ordinal;
  return (
    <li
      className="jp-Celltrail-Cell"
      ref={card}
      tabIndex={-1}
      aria-current={isShown || undefined}
      aria-label={trans.__("Cell %1, %2", count, statusWord(trans, cell.status))}
      onClick={() => onShowCell(cell.execution_id)}
    >
      <header>
        <StatusDot status={cell.status} />
        <span className="jp-Celltrail-Count">[{cell.execution_count ?? " "}]</span>
        <span>{statusWord(trans, cell.status)}</span>
        {cell.duration_ms !== null && <span>{formatDuration(cell.duration_ms)}</span>}
        <Usage cell={cell} />
        {logged && <Logged logged={logged} />}
        {isDoubtful && <strong>{trans.__("may matter")}</strong>}
        <button
          className="jp-Celltrail-Link"
          aria-label={trans.__("Show the cells that cell %1 comes from", count)}
          onClick={event => {
            event.stopPropagation();
            onShowChain(`[${count}]`, cell.execution_id);
          }}
        >
          {trans.__("comes from…")}
        </button>
      </header>
      <pre>{cell.source}</pre>
      {cell.error_name !== null && (
        <p className="jp-Celltrail-Error">
          <strong>{cell.error_name}</strong>
          {cell.error_message ? `: ${cell.error_message}` : ""}
        </p>
      )}
      <Output cell={cell} shown={displayed} reading={reading} />
    </li>
  );
}

/** What a cell run took; its peak is the process's, with what earlier cells hold. */
function Usage({ cell }: { cell: ICell }): JSX.Element {
  const trans = useTranslation();
  const { cpu_ms, memory_peak_bytes: peak, gpu_percent, gpu_memory_bytes } = cell;
  return (
    <>
      {cpu_ms !== null && <span>{trans.__("CPU %1", formatDuration(cpu_ms))}</span>}
      {peak !== null && <span>{trans.__("memory up to %1", formatSize(peak))}</span>}
      {gpu_percent !== null && (
        <span>
          {trans.__("GPU %1 %, %2", Math.round(gpu_percent), formatSize(gpu_memory_bytes ?? 0))}
        </span>
      )}
    </>
  );
}

function Logged({ logged }: { logged: ILogged }): JSX.Element {
  const trans = useTranslation();
  const groups: [string, string[]][] = [
    [trans.__("params"), logged.params],
    [trans.__("metrics"), logged.metrics],
    [trans.__("artifacts"), logged.artifacts],
  ];
  return (
    <>
      {groups
        .filter(([, names]) => names.length > 0)
        .map(([word, names]) => (
          <span key={word} className="jp-Celltrail-Logged">
            {word}: {names.join(", ")}
          </span>
        ))}
    </>
  );
}
