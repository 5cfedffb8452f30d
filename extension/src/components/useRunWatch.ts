import { useEffect, useState } from "react";

import { RunWatch } from "../model/runs";
import { Trails } from "../model/trails";

/** Watch a run while the component is on screen; null before the first frame. */
export function useRunWatch(trails: Trails, runId: string, hasCells: boolean): RunWatch | null {
  const [watch, setWatch] = useState<RunWatch | null>(null);
  useEffect(() => {
    const mine = new RunWatch(trails, runId, { hasCells });
    setWatch(mine);
    return () => mine.dispose();
  }, [trails, runId, hasCells]);
  return watch;
}
