import { useMemo, useState } from "react";

import { ICell } from "../api/types";
import { chainOf } from "../model/chains";
import { Trails } from "../model/trails";
import { IShownChain } from "./Cells";
import { useReading } from "./useReading";

type ShowChain = (name: string, executionId: string) => void;

/** What a value of a run comes from, once it is asked for: the chain, what asks, what ends it. */
export function useChain(
  trails: Trails,
  runId: string,
  cells: readonly ICell[] | null,
): [IShownChain | null, ShowChain, () => void] {
  const [asked, setAsked] = useState<{ name: string; executionId: string } | null>(null);
  const key = `${runId} ${cells?.length ?? 0}`;
  const trail = useReading(asked !== null, key, () => trails.api.trail(runId));
  const chain = useMemo(
    () => (asked && cells && trail.value ? chainOf(asked.executionId, cells, trail.value) : null),
    [asked, cells, trail.value],
  );
  return [
    asked && { name: asked.name, chain, error: trail.error },
    (name, executionId) => setAsked({ name, executionId }),
    () => setAsked(null),
  ];
}
