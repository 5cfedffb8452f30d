import { useTranslation } from "./translation";

/** Grey bars in place of what is being read. */
export function Skeleton({ lines }: { lines: number }): JSX.Element {
  const label = useTranslation().__("Loading");
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="jp-Celltrail-Skeleton" />
      ))}
    </div>
  );
}

/** Nothing is recorded yet: says how to begin. */
export function EmptyState(): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jp-Celltrail-Empty">
      <p>{trans.__("No runs yet. Put this into a cell and run it:")}</p>
      <pre>%load_ext celltrail</pre>
      <p>{trans.__("From then on every cell that you run leaves its trail here.")}</p>
      <p>{trans.__("To name a run and to log values:")}</p>
      <pre>{"%track start my-run\n\nimport celltrail as ct\nct.log(loss=0.5, step=1)"}</pre>
    </div>
  );
}

/** The tracking server does not answer: says why and offers to try again. */
export function Away(props: { reason: string; onRetry: () => void }): JSX.Element {
  const trans = useTranslation();
  return (
    <div className="jp-Celltrail-Away" role="alert">
      <p>{props.reason}</p>
      <p className="jp-Celltrail-Hint">
        {trans.__("Recording goes on: what runs now is kept and arrives later.")}
      </p>
      <button className="jp-mod-styled jp-mod-accept" onClick={props.onRetry}>
        {trans.__("Retry")}
      </button>
    </div>
  );
}
