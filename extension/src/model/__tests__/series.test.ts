import { describe, expect, it } from "vitest";

import { IMetricPoints } from "../../api/types";
import { appendPoints, emptySeries, mainMetric, metricsOf, plotColumns } from "../series";
import { aRun } from "./samples";

function points(steps: number[], values: IMetricPoints["values"]): IMetricPoints {
  const none = steps.map(() => null);
  return { key: "loss", steps, times_ms: steps, values, execution_ids: none, next: steps.length };
}

const series = (steps: number[], values: IMetricPoints["values"]) =>
  appendPoints(emptySeries("loss"), points(steps, values));

describe("a series", () => {
  it("grows by what is new and remembers where to go on", () => {
    const longer = appendPoints(series([1, 2], [0.5, 0.4]), { ...points([3], [0.3]), next: 77 });
    expect([longer.steps, longer.values, longer.cursor]).toEqual([[1, 2, 3], [0.5, 0.4, 0.3], 77]);
  });

  it("is the same object when nothing is new, so that nothing is drawn again", () => {
    const before = series([1], [1]);
    expect(appendPoints(before, points([], []))).toBe(before);
  });

  it("is drawn in the order of its steps", () => {
    expect(plotColumns(series([2, 1, 3], [20, 10, 30]))).toEqual([
      [1, 2, 3],
      [10, 20, 30],
    ]);
  });

  it("is drawn by position where the program never counted steps", () => {
    expect(plotColumns(series([0, 0, 0], [3, 2, 1]))[0]).toEqual([0, 1, 2]);
  });

  it("has gaps where a value is no number", () => {
    expect(plotColumns(series([1, 2, 3, 4], [1, "NaN", "Infinity", 2]))[1]).toEqual([
      1,
      null,
      null,
      2,
    ]);
  });
});

it("prefers a loss where there is room for one metric", () => {
  expect(mainMetric(["acc", "val_loss"])).toBe("val_loss");
  expect(mainMetric(["acc", "f1"])).toBe("acc");
  expect(mainMetric([])).toBeNull();
});

it("says the loss first next to a run's name", () => {
  const metrics = { acc: 0.96889, loss: 0.03813, seconds: 4 };
  expect(metricsOf(aRun("a", { metrics }))).toBe("loss 0.03813 · acc 0.9689");
  expect(metricsOf(aRun("a"))).toBe("");
});
