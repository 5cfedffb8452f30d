import { expect, it } from "vitest";

import { firstLine, formatDuration, formatNumber, formatSize, formatTime } from "../format";

it("writes numbers as short as they can be read", () => {
  const written: [number | "NaN" | "Infinity" | "-Infinity", string][] = [
    [0, "0"],
    [0.93174, "0.9317"],
    [12840, "12840"],
    [12840.75, "12840"],
    [-0.5, "−0.5"],
    [1.23456e-7, "1.235e−7"],
    [25_000_000, "2.5e+7"],
    ["NaN", "NaN"],
    ["Infinity", "∞"],
    ["-Infinity", "−∞"],
  ];
  expect(written.map(([value]) => formatNumber(value))).toEqual(written.map(([, text]) => text));
});

it("writes durations in the unit that fits", () => {
  const written: [number, string][] = [
    [0.4, "0 ms"],
    [340.2, "340 ms"],
    [999.7, "1.0 s"],
    [2130, "2.1 s"],
    [9970, "10 s"],
    [42_400, "42 s"],
    [59_700, "1 min 0 s"],
    [245_000, "4 min 5 s"],
    [119_800, "2 min 0 s"],
    [11_520_000, "3 h 12 min"],
  ];
  expect(written.map(([ms]) => formatDuration(ms))).toEqual(written.map(([, text]) => text));
});

it("writes sizes in the unit that fits", () => {
  expect([0, 312, 1000, 48_213, 2_100_000].map(formatSize)).toEqual([
    "0 B",
    "312 B",
    "1.0 kB",
    "48 kB",
    "2.1 MB",
  ]);
});

it("leaves the date away if it is today's", () => {
  const noon = new Date(2026, 2, 4, 12, 5).getTime();
  expect(formatTime(noon, noon + 1000, "en-GB")).toBe("12:05");
  expect(formatTime(noon, noon + 86_400_000, "en-GB")).toContain("2026");
});

it("takes the first line of a cell that says something", () => {
  expect(firstLine("\n  \nx = 1\ny = 2")).toBe("x = 1");
  expect(firstLine("")).toBe("");
});
