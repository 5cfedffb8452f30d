import { LabIcon, closeIcon } from "@jupyterlab/ui-components";

import { formatTime } from "../model/format";
import { IStop } from "../model/culling";
import { useTranslation } from "./translation";

interface IProps {
  stop: IStop;
  /** For how many seconds the server may be kept, to choose from. */
  choices: number[];
  onKeep: (seconds: number) => void;
  onHide: () => void;
}

const CloseIcon: LabIcon["react"] = closeIcon.react;

/** Says above everything else when this server is stopped, why, and how to keep it. */
export function StopBanner({ stop, choices, onKeep, onHide }: IProps): JSX.Element {
  const trans = useTranslation();
  const now_ms = Date.now();
  const time = formatTime(stop.at_ms, now_ms);
  return (
    <div className="jp-Celltrail-StopBanner" role="region" aria-label={trans.__("End of server")}>
      <p role="alert">
        {stop.isOver
          ? trans.__("This server was stopped at %1, %2.", time, stop.reason)
          : trans.__("This server will be stopped at %1, %2. Save your work.", time, stop.reason)}
      </p>
      {choices.map(seconds => (
        <button
          key={seconds}
          className="jp-mod-styled jp-mod-accept"
          onClick={() => onKeep(seconds)}
        >
          {trans.__("Keep until %1", formatTime(now_ms + seconds * 1000, now_ms))}
        </button>
      ))}
      <button
        className="jp-Celltrail-IconButton"
        title={trans.__("Hide")}
        aria-label={trans.__("Hide")}
        onClick={onHide}
      >
        <CloseIcon tag="span" />
      </button>
    </div>
  );
}
