import { useEffect, useMemo, useRef } from "react";

import { formatNumber } from "../model/format";
import { ISeries, plotColumns } from "../model/series";
import type { IPlot } from "./plot";
import { useTranslation } from "./translation";

export interface IChartProps {
  series: ISeries;
  height: number;
  isCompact?: boolean;
}

/** The curve of one metric. The drawing code comes in a chunk of its own, when first needed. */
export function Chart({ series, height, isCompact = false }: IChartProps): JSX.Element {
  const trans = useTranslation();
  const node = useRef<HTMLDivElement>(null);
  const plot = useRef<IPlot | null>(null);
  const columns = useMemo(() => plotColumns(series), [series]);
  const latest = useRef(columns);
  latest.current = columns;
  const { key } = series;
  const xLabel = trans.__("step");

  useEffect(() => {
    const element = node.current;
    if (!element) {
      return;
    }
    let isGone = false;
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) {
        plot.current?.setWidth(element.clientWidth);
      }
    });
    const themed = new MutationObserver(() => plot.current?.redraw());
    void import("./plot").then(({ createPlot }) => {
      if (!isGone) {
        const width = element.clientWidth || 240;
        const options = { label: key, xLabel, width, height, isCompact };
        plot.current = createPlot(element, latest.current, options);
        resized.observe(element);
        themed.observe(document.body, { attributeFilter: ["data-jp-theme-name"] });
      }
    });
    return () => {
      isGone = true;
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [key, xLabel, height, isCompact]);

  useEffect(() => plot.current?.setColumns(columns), [columns]);

  const count = series.steps.length;
  const last = count > 0 ? formatNumber(series.values[count - 1]) : "";
  const label = trans._n("%2: %1 point, last %3", "%2: %1 points, last %3", count, key, last);
  return (
    <div
      className="jp-Celltrail-Chart"
      role="img"
      aria-label={label}
      style={{ minHeight: height }}
      ref={node}
    />
  );
}
