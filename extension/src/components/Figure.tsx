import { useEffect, useState } from "react";

import { describeError } from "../api/errors";
import { IArtifact } from "../api/types";
import { useTranslation } from "./translation";

/** Images that a browser shows without running anything; SVG is not among them. */
const SAFE_IMAGES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** Read the bytes of an artifact. */
export type ReadArtifact = (path: string, signal: AbortSignal) => Promise<ArrayBuffer>;

/** Read an artifact that is JSON. */
export async function readJson<T>(
  { path }: IArtifact,
  read: ReadArtifact,
  signal = new AbortController().signal,
): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await read(path, signal))) as T;
}

export function isFigure(artifact: IArtifact): boolean {
  return SAFE_IMAGES.has(artifact.media_type);
}

/** An image that a run logged. */
export function Figure(props: { artifact: IArtifact; read: ReadArtifact }): JSX.Element {
  const { artifact, read } = props;
  const { path, sha256, media_type: type } = artifact;
  const trans = useTranslation();
  const [address, setAddress] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    const abort = new AbortController();
    let url: string | null = null;
    read(path, abort.signal)
      .then(bytes => {
        if (!abort.signal.aborted) {
          url = URL.createObjectURL(new Blob([bytes], { type }));
          setAddress(url);
          setError(null);
        }
      })
      .catch((reason: unknown) => {
        if (!abort.signal.aborted) {
          setError(describeError(reason));
        }
      });
    return () => {
      abort.abort();
      if (url) {
        URL.revokeObjectURL(url);
      }
    };
    // The hash is the content: a figure logged again under its path is read again.
  }, [path, sha256, type, read]);

  if (error) {
    return <p className="jp-Celltrail-Hint">{error}</p>;
  }
  return (
    <figure className="jp-Celltrail-Figure">
      {address ? (
        <img src={address} alt={trans.__("Figure %1", path)} />
      ) : (
        <div className="jp-Celltrail-Skeleton" />
      )}
    </figure>
  );
}
