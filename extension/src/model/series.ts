import { IMetricPoints, IRun } from "../api/types";
import { formatNumber, toNumber } from "./format";

/** Metrics that fit next to a run's name. */
const METRICS_SHOWN = 2;

/** The points of one metric so far, in order of arrival. */
export interface ISeries {
  key: string;
  steps: number[];
  values: number[];
  executionIds: (string | null)[];
  /** Where the next request goes on. */
  cursor: string | number;
}

/** The columns that uPlot draws: x ascending, gaps as null. */
export type PlotColumns = [number[], (number | null)[]];

export function emptySeries(key: string): ISeries {
  return { key, steps: [], values: [], executionIds: [], cursor: 0 };
}

/** Return `series` with `points` at its end; the same object if there are none. */
export function appendPoints(series: ISeries, points: IMetricPoints): ISeries {
  if (points.steps.length === 0) {
    return series;
  }
  return {
    key: series.key,
    steps: series.steps.concat(points.steps),
    values: series.values.concat(points.values.map(toNumber)),
    executionIds: series.executionIds.concat(points.execution_ids),
    cursor: points.next,
  };
}

/**
 * Return the series as columns to draw.
 *
 * x is the step, or the position where all steps are equal (a program that never counted). Points that
 * arrived out of order are sorted; values that are not finite become gaps.
 */
export function plotColumns(series: ISeries): PlotColumns {
  const { steps, values } = series;
  const isCounted = steps.some(step => step !== steps[0]);
  const xs = isCounted ? steps : steps.map((_, position) => position);
  const ys = values.map(value => (Number.isFinite(value) ? value : null));
  if (xs.every((x, position) => position === 0 || xs[position - 1] <= x)) {
    return [xs, ys];
  }
  const order = xs.map((_, position) => position).sort((a, b) => xs[a] - xs[b]);
  return [order.map(position => xs[position]), order.map(position => ys[position])];
}

/** Return the metric to show where there is room for one: a loss if there is any, else the first. */
export function mainMetric(keys: readonly string[]): string | null {
  return keys.find(key => /loss/i.test(key)) ?? keys[0] ?? null;
}

/** Return the last values of a run's first metrics as text, the main one first. */
export function metricsOf(run: IRun): string {
  const keys = Object.keys(run.metrics);
  const main = mainMetric(keys);
  return [...new Set(main === null ? [] : [main, ...keys])]
    .slice(0, METRICS_SHOWN)
    .map(key => `${key} ${formatNumber(run.metrics[key])}`)
    .join(" · ");
}
