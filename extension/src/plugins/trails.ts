import { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

import { Connection } from "../api/connection";
import { TrackingApi } from "../api/tracking";
import { Trails } from "../model/trails";
import { ITrails, PLUGIN_PREFIX } from "../tokens";

/** A hidden tab gives its live connection back after this time: browsers allow six per host. */
const HIDDEN_MS = 60_000;

/** Provides the model of all panels. It reads nothing before the first panel opens it. */
const plugin: JupyterFrontEndPlugin<Trails> = {
  id: `${PLUGIN_PREFIX}:trails`,
  description: "Experiments, runs and cells from the tracking server.",
  autoStart: true,
  provides: ITrails,
  activate: (app: JupyterFrontEnd): Trails => {
    const connection = new Connection(app.serviceManager.serverSettings);
    const trails = new Trails(new TrackingApi(connection));
    restWhileHidden(trails);
    return trails;
  },
};

function restWhileHidden(trails: Trails): void {
  let timer = 0;
  let isResting = false;
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(timer);
    if (document.hidden) {
      timer = window.setTimeout(() => {
        isResting = trails.isOpen;
        trails.close();
      }, HIDDEN_MS);
    } else if (isResting) {
      isResting = false;
      trails.open();
    }
  });
}

export default plugin;
