import { expect, it } from "vitest";

import { ICellTrace } from "../../api/types";
import { chainOf, scriptOf } from "../chains";
import { aCell } from "./samples";

const CELLS = ["a", "b", "c", "d"].map((id, index) =>
  aCell(id, { ordinal: index + 1, execution_count: index + 1, source: `cell ${id}` }),
);

function chain(id: string, ...traces: ICellTrace[]) {
  const { certain, maybe, elsewhere } = chainOf(id, CELLS, traces);
  return [[...certain].sort(), [...maybe].sort(), [...elsewhere].sort()];
}

it("follows what was read back to who wrote it, and says what is not certain", () => {
  const traces: ICellTrace[] = [
    { execution_id: "d", reads: [{ name: "x", written_by: "c" }] },
    {
      execution_id: "c",
      reads: [
        { name: "y", written_by: "b", is_certain: false },
        { name: "z", written_by: "of an earlier run" },
        { name: "older than the recording", written_by: null },
      ],
    },
    { execution_id: "b", reads: [{ name: "w", written_by: "a" }] },
  ];
  expect(chain("d", ...traces)).toEqual([["c", "d"], ["a", "b"], ["of an earlier run"]]);
  const sure = { execution_id: "c", reads: [{ name: "y", written_by: "b" }] };
  expect(chain("d", ...traces, sure)).toEqual([["a", "b", "c", "d"], [], []]);
});

it("leaves out what was read for the sake of another name", () => {
  const traces: ICellTrace[] = [
    { execution_id: "d", reads: [{ name: "x", written_by: "c" }] },
    {
      execution_id: "c",
      reads: [
        { name: "x", written_by: "a", only_for: "x" },
        { name: "alias", written_by: "b", only_for: "alias" },
      ],
    },
  ];
  expect(chain("d", ...traces)).toEqual([["a", "c", "d"], [], []]);
  expect(chain("c", ...traces)).toEqual([["c"], [], []]);
});

it("gives the code of a chain as one script, in order", () => {
  const traces = [{ execution_id: "c", reads: [{ name: "x", written_by: "a" }] }];
  const script = scriptOf(chainOf("c", CELLS, traces), CELLS);
  expect(script).toBe("# %% [1]\ncell a\n\n# %% [3]\ncell c\n");
});
