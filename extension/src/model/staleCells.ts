/** Which cells of a notebook are older than the data that they were made from. Pure. */

/** What the kernel is asked; where nothing is recorded it fails, and nobody sees that. */
export const STALE_CELLS = '__import__("sys").modules["celltrail_magics"].stale_cells()';

/** Return the reasons by cell id out of what a kernel has answered to `STALE_CELLS`. */
export function staleCellsOf(answer: unknown): ReadonlyMap<string, string> {
  const data = isRecord(answer) && isRecord(answer["data"]) ? answer["data"] : {};
  const reasons = data["application/json"];
  const texts = Object.entries(isRecord(reasons) ? reasons : {});
  return new Map(texts.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
