import { expect, it } from "vitest";

import { IArtifact } from "../../api/types";
import { candidatesOf, isCaptured, mainFigure, shownByCell, sourcesOf } from "../captures";
import { aCell } from "./samples";

const file = (path: string, execution_id: string | null = "x"): IArtifact => ({
  path,
  execution_id,
  sha256: "",
  size_bytes: 0,
  media_type: "",
  logged_ms: 0,
});

it("tells what a cell showed in its order, apart from what was logged and imported", () => {
  const files = ["figure-10.png", "figure-2.png", "frame-1.json"].map(name =>
    file(`cells/3/${name}`),
  );
  const artifacts = [...files, file("model.pkl"), file("cells/own.png"), file("code/a.py")];
  const shown = shownByCell(artifacts).get("x");
  expect(shown?.figures.map(({ path }) => path)).toEqual([
    "cells/3/figure-2.png",
    "cells/3/figure-10.png",
  ]);
  expect(shown?.frames).toHaveLength(1);
  expect(sourcesOf(artifacts).map(({ path }) => path)).toEqual(["code/a.py"]);
  const logged = artifacts.filter(artifact => !isCaptured(artifact));
  expect(logged.map(({ path }) => path)).toEqual(["model.pkl", "cells/own.png"]);
});

it("prefers a figure that was logged to one that was only shown", () => {
  const shown = [1, 2].map(number => ({
    ...file(`cells/${number}/figure-1.png`),
    logged_ms: number,
  }));
  expect(mainFigure([])).toBeNull();
  expect(mainFigure(shown)?.path).toBe("cells/2/figure-1.png");
  expect(mainFigure([file("roc.png"), ...shown])?.path).toBe("roc.png");
});

it("gives each candidate its last value and the cell that assigned it", () => {
  const cells = [
    aCell("a", { candidate_params: { lr: "0.1", batch: "32" } }),
    aCell("b", { candidate_params: { lr: "0.2" } }),
  ];
  expect(candidatesOf(cells)).toEqual([
    { name: "batch", value: "32", execution_id: "a" },
    { name: "lr", value: "0.2", execution_id: "b" },
  ]);
});
