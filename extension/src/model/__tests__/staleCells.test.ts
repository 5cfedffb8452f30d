import { expect, it } from "vitest";

import { staleCellsOf } from "../staleCells";

it("reads the reasons by cell, and nothing out of an answer without them", () => {
  const data = { "text/plain": "…", "application/json": { a: "x is stale itself", b: 3 } };
  expect([...staleCellsOf({ status: "ok", data })]).toEqual([["a", "x is stale itself"]]);
  for (const answer of [undefined, { status: "error", ename: "KeyError" }, { data: null }]) {
    expect(staleCellsOf(answer).size).toBe(0);
  }
});
