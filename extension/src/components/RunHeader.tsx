import { useEffect, useState } from "react";

import { IRunDetail } from "../api/types";
import { formatDuration, formatTime } from "../model/format";
import { hostOf, isSystemTag } from "../model/hosting";
import { StatusDot, statusWord } from "./Status";
import { useTranslation } from "./translation";

export interface IRunHeaderProps {
  run: IRunDetail;
  onOpenRun: (runId: string) => void;
}

/** Name, status and the facts of a run. */
export function RunHeader({ run, onOpenRun }: IRunHeaderProps): JSX.Element {
  const trans = useTranslation();
  const now = useClock(run.ended_ms === null);
  const tags = Object.entries(run.tags).filter(([key]) => !isSystemTag(key));
  const duration = Math.max(0, (run.ended_ms ?? now) - run.started_ms);
  const host = hostOf(run.tags, duration);
  const { parent_id: parentId } = run;
  return (
    <header className="jp-Celltrail-RunHeader">
      <h2>
        <StatusDot status={run.status} />
        {run.name}
      </h2>
      <dl>
        <Fact name={trans.__("Status")}>{statusWord(trans, run.status)}</Fact>
        <Fact name={trans.__("Experiment")}>{run.experiment_name}</Fact>
        <Fact name={trans.__("Owner")}>{run.owner}</Fact>
        <Fact name={trans.__("Started")}>{formatTime(run.started_ms, now)}</Fact>
        <Fact name={trans.__("Duration")}>{formatDuration(duration)}</Fact>
        {host !== null && <Fact name={trans.__("Profile")}>{host.kind}</Fact>}
        {host?.server && <Fact name={trans.__("Server")}>{host.server}</Fact>}
        {host?.image && <Fact name={trans.__("Image")}>{host.image}</Fact>}
        {host?.cost && <Fact name={trans.__("Cost of the server")}>{host.cost}</Fact>}
        {run.notebook !== null && <Fact name={trans.__("Notebook")}>{run.notebook}</Fact>}
        {parentId !== null && (
          <Fact name={run.kind === "step" ? trans.__("Step of") : trans.__("Below")}>
            <button className="jp-Celltrail-Link" onClick={() => onOpenRun(parentId)}>
              {run.kind === "step" ? trans.__("pipeline run") : trans.__("run")}
            </button>
          </Fact>
        )}
        {tags.map(([key, value]) => (
          <Fact key={key} name={key}>
            {value}
          </Fact>
        ))}
      </dl>
    </header>
  );
}

function Fact(props: { name: string; children: React.ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** Return the time, which goes on while `isTicking`. */
function useClock(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (isTicking) {
      const timer = setInterval(() => setNow(Date.now()), 1000);
      return () => clearInterval(timer);
    }
  }, [isTicking]);
  return now;
}
