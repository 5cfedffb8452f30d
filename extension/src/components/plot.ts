import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { PlotColumns } from "../model/series";

export interface IPlotOptions {
  label: string;
  xLabel: string;
  width: number;
  height: number;
  /** Room for a curve only: no legend, small axes. */
  isCompact: boolean;
}

/** A drawn curve. */
export interface IPlot {
  setColumns(columns: PlotColumns): void;
  setWidth(width: number): void;
  /** Draw again, in the colours of the present theme. */
  redraw(): void;
  destroy(): void;
}

/** Draw a curve into `node`. Canvas knows no CSS, so colours are looked up at each drawing. */
export function createPlot(
  node: HTMLElement,
  columns: PlotColumns,
  { label, xLabel, width, height, isCompact }: IPlotOptions,
): IPlot {
  const colour = (name: string) => () => getComputedStyle(node).getPropertyValue(name).trim();
  const axis = (size: number): uPlot.Axis => ({
    stroke: colour("--jp-ui-font-color2"),
    grid: { stroke: colour("--jp-border-color2"), width: 1 },
    ticks: { show: false },
    font: "11px sans-serif",
    gap: 4,
    size,
  });
  const plot = new uPlot(
    {
      width,
      height,
      legend: { show: !isCompact },
      cursor: { y: false, points: { size: 6 } },
      scales: { x: { time: false } },
      axes: [axis(22), axis(isCompact ? 42 : 52)],
      series: [
        { label: xLabel },
        { label, stroke: colour("--jp-brand-color1"), width: 1.5, spanGaps: false },
      ],
    },
    columns,
    node,
  );
  return {
    setColumns: next => plot.setData(next),
    setWidth: next => plot.setSize({ width: next, height }),
    redraw: () => plot.redraw(false, true),
    destroy: () => plot.destroy(),
  };
}
