const PREFIX = "celltrail.";

/** The server of a hub that a run went on, as far as its tags tell. */
export interface IHost {
  /** Profile and GPU, in words. */
  kind: string;
  server: string | null;
  image: string | null;
  /** What the server cost while the run went on; null if nobody said. */
  cost: string | null;
}

/** Return what a run of `duration_ms` went on; null if it was on no hub that tells. */
export function hostOf(tags: Record<string, string>, duration_ms: number): IHost | null {
  const told = (name: string): string | null => tags[PREFIX + name] ?? null;
  const profile = told("profile");
  if (profile === null) {
    return null;
  }
  const gpu = told("gpu");
  const hourly = Number(told("cost_per_hour") ?? NaN);
  return {
    kind: gpu === null ? profile : `${profile} (${gpu})`,
    server: told("server"),
    image: told("image"),
    cost: Number.isFinite(hourly)
      ? `${formatMoney((hourly * duration_ms) / 3_600_000)} ${told("currency") ?? ""}`
      : null,
  };
}

/** Tell whether a tag is one of those that `hostOf` shows in words, or MLflow's own. */
export function isSystemTag(name: string): boolean {
  return name.startsWith(PREFIX) || name.startsWith("mlflow.");
}

/** Write an amount of money with two digits of it at least: `1204.50`, `0.42`, `0.0031`. */
function formatMoney(amount: number): string {
  return amount === 0 || amount >= 0.1 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));
}
