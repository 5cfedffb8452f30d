import { expect, it } from "vitest";

import { hostOf, isSystemTag } from "../hosting";

const HOUR_MS = 3_600_000;
const TAGS = {
  "celltrail.server": "ada/training",
  "celltrail.profile": "gpu",
  "celltrail.gpu": "1 nvidia A100-80GB",
  "celltrail.image": "quay.io/example/torch:1",
  "celltrail.cost_per_hour": "1.5",
  "celltrail.currency": "EUR",
};

it("tells what a run went on and what that cost meanwhile", () => {
  expect(hostOf(TAGS, 2 * HOUR_MS)).toEqual({
    kind: "gpu (1 nvidia A100-80GB)",
    server: "ada/training",
    image: "quay.io/example/torch:1",
    cost: "3.00 EUR",
  });
});

it("writes the cost of a short run with digits that say something", () => {
  const cost = (ms: number) => hostOf(TAGS, ms)?.cost;
  expect([0, 1000, 60_000, 1000 * HOUR_MS].map(cost)).toEqual([
    "0.00 EUR",
    "0.00042 EUR",
    "0.025 EUR",
    "1500.00 EUR",
  ]);
});

it("tells no cost that nobody said, and no host without a hub", () => {
  expect(hostOf({ "celltrail.profile": "small" }, HOUR_MS)?.cost).toBeNull();
  const odd = { ...TAGS, "celltrail.cost_per_hour": "cheap" }; // users may write tags, too
  expect(hostOf(odd, HOUR_MS)?.cost).toBeNull();
  expect(hostOf({ team: "vision" }, HOUR_MS)).toBeNull();
});

it("knows the tags that are shown in words from those of the user", () => {
  const names = [...Object.keys(TAGS), "mlflow.user", "team"];
  expect(names.filter(name => !isSystemTag(name))).toEqual(["team"]);
});
