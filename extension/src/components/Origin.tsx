import { IArtifact, IOrigin } from "../api/types";
import { Folded } from "./Folded";
import { useTranslation } from "./translation";

export interface IOriginProps {
  read: () => Promise<IOrigin>;
  /** Sources of the modules of the user's own that the run imported. */
  sources: readonly IArtifact[];
  addressOf: (path: string) => string;
}

/** Where a run comes from: git's state, its own modules, Python and packages. */
export function Origin({ read, sources, addressOf }: IOriginProps): JSX.Element {
  const trans = useTranslation();
  return (
    <section>
      <h3>{trans.__("Origin")}</h3>
      <Folded summary={trans.__("Code and environment")} name="origin" read={read}>
        {({ git, environment }) => (
          <>
            {git && <Git git={git} />}
            {!git && <p className="jp-Celltrail-Hint">{trans.__("No git repository.")}</p>}
            <Sources sources={sources} addressOf={addressOf} />
            {environment && <Environment environment={environment} />}
          </>
        )}
      </Folded>
    </section>
  );
}

function Git({ git }: { git: NonNullable<IOrigin["git"]> }): JSX.Element {
  const trans = useTranslation();
  const { commit, branch, remote, diff } = git;
  return (
    <>
      <p>
        {trans.__("Commit")} <code>{commit}</code>
        {branch !== null && ` (${branch})`} {remote}
      </p>
      {diff ? (
        <details>
          <summary>{trans.__("Uncommitted changes")}</summary>
          <pre tabIndex={0} aria-label={trans.__("Uncommitted changes")}>
            {diff}
          </pre>
        </details>
      ) : (
        <p>{trans.__("Everything was committed.")}</p>
      )}
    </>
  );
}

function Sources(props: Pick<IOriginProps, "sources" | "addressOf">): JSX.Element | null {
  const trans = useTranslation();
  const { sources, addressOf } = props;
  if (sources.length === 0) {
    return null;
  }
  return (
    <>
      <p>{trans.__("Imported modules of the notebook's folder:")}</p>
      <ul>
        {sources.map(({ path }) => (
          <li key={path}>
            <a className="jp-Celltrail-Link" href={addressOf(path)} download>
              {path.replace(/^code\//, "")}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Environment(props: { environment: NonNullable<IOrigin["environment"]> }): JSX.Element {
  const trans = useTranslation();
  const { python, platform, packages } = props.environment;
  const names = Object.keys(packages);
  return (
    <>
      <p>
        Python {python}, {platform}
      </p>
      <details>
        <summary>{trans.__("%1 packages", names.length)}</summary>
        <pre tabIndex={0} aria-label={trans.__("%1 packages", names.length)}>
          {names.map(name => `${name}==${packages[name]}`).join("\n")}
        </pre>
      </details>
    </>
  );
}
