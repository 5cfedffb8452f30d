import { MetricValue } from "../api/types";

/** Return a metric's value as a number; NaN and the infinities come as names. */
export function toNumber(value: MetricValue): number {
  return Number(value);
}

/** Write a value in at most 4 significant digits: `0.9317`, `1.2e-7`, `12 840`. */
export function formatNumber(value: MetricValue): string {
  const number = toNumber(value);
  if (!Number.isFinite(number)) {
    return Number.isNaN(number) ? "NaN" : number > 0 ? "∞" : "−∞";
  }
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return String(Number(number.toPrecision(4)).toExponential()).replace("-", "−");
  }
  const rounded = Number.isInteger(number) ? number : Number(number.toPrecision(4));
  return String(rounded).replace("-", "−");
}

/** Write a duration: `340 ms`, `2.1 s`, `4 min 5 s`, `3 h 12 min`. */
export function formatDuration(duration_ms: number): string {
  if (duration_ms < 999.5) {
    return `${Math.round(duration_ms)} ms`;
  }
  if (duration_ms < 9950) {
    return `${(duration_ms / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(duration_ms / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Write a time of day, with the date unless it is today. */
export function formatTime(time_ms: number, now_ms: number, locale?: string): string {
  const time = new Date(time_ms);
  const isToday = time.toDateString() === new Date(now_ms).toDateString();
  return time.toLocaleString(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(isToday ? {} : { year: "numeric", month: "short", day: "numeric" }),
  });
}

/** Write a size: `312 B`, `48 kB`, `2.1 MB`. */
export function formatSize(size_bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = size_bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** Return the first line of a cell that says something. */
export function firstLine(source: string): string {
  return source.split("\n").find(line => line.trim()) ?? "";
}
