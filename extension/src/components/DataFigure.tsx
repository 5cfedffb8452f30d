import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { PartialJSONValue } from "@lumino/coreutils";
import { Widget } from "@lumino/widgets";
import { createContext, useContext, useEffect, useRef, useState } from "react";

import { describeError } from "../api/errors";
import { IArtifact } from "../api/types";
import { ReadArtifact, readJson } from "./Figure";
import { useTranslation } from "./translation";

/** Lab's renderers of data by its media type, with those of other extensions; null without any. */
export const Renderers = createContext<IRenderMimeRegistry | null>(null);

export interface IDataFigureProps {
  artifact: IArtifact;
  read: ReadArtifact;
  /** Where the figure can be downloaded. */
  address: string;
}

/** A figure that is data, such as plotly's: drawn if Lab can do so safely, else to be downloaded. */
export function DataFigure({ artifact, read, address }: IDataFigureProps): JSX.Element {
  const trans = useTranslation();
  const registry = useContext(Renderers);
  const { path, media_type: type, sha256 } = artifact;
  const canDraw = registry?.preferredMimeType({ [type]: {} }, "ensure") !== undefined;
  const host = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    if (!registry || !canDraw) {
      return;
    }
    const abort = new AbortController();
    let renderer: Widget | null = null;
    const draw = async (): Promise<void> => {
      const data = await readJson<PartialJSONValue>(artifact, read, abort.signal);
      if (abort.signal.aborted || !host.current) {
        return;
      }
      const drawn = registry.createRenderer(type);
      renderer = drawn;
      Widget.attach(drawn, host.current);
      await drawn.renderModel(registry.createModel({ data: { [type]: data } }));
    };
    draw().catch((reason: unknown) => {
      if (!abort.signal.aborted) {
        setError(describeError(reason));
      }
    });
    return () => {
      abort.abort();
      renderer?.dispose();
    };
    // The hash is the content of the artifact.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [registry, canDraw, path, sha256, type, read]);

  return (
    <figure className="jp-Celltrail-DataFigure" aria-label={trans.__("Figure %1", path)}>
      <div ref={host} />
      {error !== null && <p className="jp-Celltrail-Hint">{error}</p>}
      <a className="jp-Celltrail-Link" href={address} download={path.split("/").at(-1)}>
        {trans.__("Download %1", path)}
      </a>
    </figure>
  );
}
