import { useState } from "react";

import { IArtifact } from "../api/types";
import { formatSize } from "../model/format";
import { CellLink, ShowCell } from "./CellLink";
import { Figure, ReadArtifact, isFigure } from "./Figure";
import { useTranslation } from "./translation";

const SHOWN = 20;

export interface IArtifactsProps {
  artifacts: readonly IArtifact[];
  read: ReadArtifact;
  /** The address that downloads an artifact. */
  addressOf: (path: string) => string;
  onShowCell: ShowCell;
}

/** The files of a run: images are shown, everything can be downloaded. */
export function Artifacts(props: IArtifactsProps): JSX.Element | null {
  const { artifacts, read, addressOf, onShowCell } = props;
  const trans = useTranslation();
  const [count, setCount] = useState(SHOWN);
  if (artifacts.length === 0) {
    return null;
  }
  const shown = artifacts.slice(0, count);
  return (
    <section>
      <h3>{trans.__("Artifacts")}</h3>
      <ul className="jp-Celltrail-Artifacts">
        {shown.map(artifact => (
          <li key={artifact.path}>
            {isFigure(artifact) && <Figure artifact={artifact} read={read} />}
            <CellLink
              name={artifact.path}
              executionId={artifact.execution_id}
              onShowCell={onShowCell}
            />
            <span className="jp-Celltrail-Aside">{formatSize(artifact.size_bytes)}</span>
            <a
              className="jp-Celltrail-Link"
              href={addressOf(artifact.path)}
              download={artifact.path.split("/").at(-1)}
              aria-label={trans.__("Download %1", artifact.path)}
            >
              {trans.__("Download")}
            </a>
          </li>
        ))}
      </ul>
      {count < artifacts.length && (
        <button className="jp-mod-styled" onClick={() => setCount(count + SHOWN)}>
          {trans.__("More artifacts…")}
        </button>
      )}
    </section>
  );
}
