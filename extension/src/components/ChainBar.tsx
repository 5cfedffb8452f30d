import { Clipboard } from "@jupyterlab/apputils";
import { useEffect, useRef, useState } from "react";

import { ICell } from "../api/types";
import { IChain, scriptOf } from "../model/chains";
import { useTranslation } from "./translation";

export interface IChainBarProps {
  /** What comes from the chain: a metric's name, or a cell's count. */
  name: string;
  chain: IChain;
  cells: readonly ICell[];
  onClose: () => void;
}

/** Says how much of a run a value comes from, and hands out its code. */
export function ChainBar({ name, chain, cells, onClose }: IChainBarProps): JSX.Element {
  const trans = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState<IChain | null>(null);
  useEffect(() => {
    bar.current?.scrollIntoView({ block: "start" });
    bar.current?.focus({ preventScroll: true });
  }, [name]);
  const { certain, maybe, elsewhere } = chain;
  return (
    <div
      className="jp-Celltrail-ChainBar"
      ref={bar}
      tabIndex={-1}
      role="group"
      aria-label={trans.__("Where %1 comes from", name)}
    >
      <p>
        {trans.__("%1 comes from %2 of %3 cell runs.", name, certain.size, cells.length)}{" "}
        {maybe.size > 0 && trans.__("It may depend on %1 more.", maybe.size)}{" "}
        {elsewhere.size > 0 && trans.__("%1 more are of an earlier run.", elsewhere.size)}
      </p>
      <button
        className="jp-mod-styled jp-Celltrail-Small"
        onClick={() => {
          Clipboard.copyToSystem(scriptOf(chain, cells));
          setCopied(chain);
        }}
      >
        <span aria-live="polite">
          {copied === chain ? trans.__("Copied") : trans.__("Copy as script")}
        </span>
      </button>
      <button className="jp-mod-styled jp-Celltrail-Small" onClick={onClose}>
        {trans.__("Show all cells")}
      </button>
    </div>
  );
}
