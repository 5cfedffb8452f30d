import cullingPlugin from "./plugins/culling";
import exportPlugin from "./plugins/exportPipeline";
import runPagePlugin from "./plugins/runPage";
import sidebarPlugin from "./plugins/sidebar";
import staleCellsPlugin from "./plugins/staleCells";
import trailsPlugin from "./plugins/trails";

export default [
  trailsPlugin,
  sidebarPlugin,
  runPagePlugin,
  exportPlugin,
  cullingPlugin,
  staleCellsPlugin,
];
