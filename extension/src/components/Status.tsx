import { TranslationBundle } from "@jupyterlab/translation";

import { CellStatus, RunStatus } from "../api/types";
import { useTranslation } from "./translation";

export type AnyStatus = RunStatus | CellStatus;

/** What a status looks like; several mean the same to the eye. */
const LOOKS: Record<AnyStatus, string> = {
  RUNNING: "running",
  SCHEDULED: "waiting",
  FINISHED: "ok",
  FAILED: "error",
  KILLED: "stopped",
  running: "running",
  ok: "ok",
  error: "error",
  aborted: "stopped",
};

/** Return the word for a status. */
export function statusWord(trans: TranslationBundle, status: AnyStatus): string {
  switch (LOOKS[status]) {
    case "running":
      return trans.__("running");
    case "waiting":
      return trans.__("waiting");
    case "error":
      return trans.__("failed");
    case "stopped":
      return trans.__("stopped");
    default:
      return trans.__("finished");
  }
}

/** A dot whose colour and shape tell the status, also without colour vision. */
export function StatusDot({ status }: { status: AnyStatus }): JSX.Element {
  const word = statusWord(useTranslation(), status);
  return (
    <span
      className="jp-Celltrail-Dot"
      data-status={LOOKS[status]}
      title={word}
      aria-hidden="true"
    />
  );
}
