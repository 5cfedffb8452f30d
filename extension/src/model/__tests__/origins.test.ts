import { expect, it } from "vitest";

import { IRunDetail } from "../../api/types";
import { loggedByCell } from "../origins";
import { aRun } from "./samples";

it("tells for each cell run what it logged, and nothing of values without one", () => {
  const summary = { first: 1, last: 1, min: 1, max: 1, count: 1, last_step: 0 };
  const file = { sha256: "", size_bytes: 0, media_type: "", logged_ms: 0 };
  const detail: IRunDetail = {
    ...aRun("a"),
    children: [],
    param_records: [
      { key: "lr", value: "1", execution_id: "x" },
      { key: "seed", value: "7", execution_id: null },
    ],
    metric_summaries: [{ key: "loss", execution_id: "y", ...summary }],
    artifacts: [{ path: "plot.png", execution_id: "y", ...file }],
  };
  expect([...loggedByCell(detail)]).toEqual([
    ["x", { params: ["lr"], metrics: [], artifacts: [] }],
    ["y", { params: [], metrics: ["loss"], artifacts: ["plot.png"] }],
  ]);
});
