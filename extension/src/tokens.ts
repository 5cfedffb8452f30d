import { Token } from "@lumino/coreutils";

import type { Trails } from "./model/trails";

/** The model behind all panels: one per browser tab, so that there is one live connection. */
export const ITrails = new Token<Trails>(
  "@celltrail/lab:ITrails",
  "Experiments, runs and cells, kept up to date while somebody looks at them.",
);

/** Ids of the commands; settings and other extensions name them too. */
export const CommandIds = {
  openRun: "celltrail:open-run",
  exportPipeline: "celltrail:export-pipeline",
  showSidebar: "celltrail:show-sidebar",
  refresh: "celltrail:refresh",
  keepServer: "celltrail:keep-server",
} as const;

export const PLUGIN_PREFIX = "@celltrail/lab";
export const SIDEBAR_ID = "celltrail-sidebar";
