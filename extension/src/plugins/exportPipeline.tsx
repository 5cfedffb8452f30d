import { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, Notification } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { INotebookTracker, NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator, TranslationBundle, nullTranslator } from "@jupyterlab/translation";

import { describeError } from "../api/errors";
import { IPipelinePreview } from "../api/types";
import { askForExport, confirmOverwrite } from "../components/ExportDialog";
import { DOMAIN } from "../components/translation";
import { trailIcon } from "../icons";
import { savePipeline } from "../model/exports";
import { Trails } from "../model/trails";
import { CommandIds, ITrails, PLUGIN_PREFIX } from "../tokens";

/** `celltrail:export-pipeline`: the current notebook becomes a pipeline file, and may run at once. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:export`,
  description: "Exports a notebook as a pipeline: button, menu entry and dialog.",
  autoStart: true,
  requires: [ITrails, INotebookTracker],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    trails: Trails,
    notebooks: INotebookTracker,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const openRun = (run_id: string) => void app.commands.execute(CommandIds.openRun, { run_id });

    app.commands.addCommand(CommandIds.exportPipeline, {
      label: trans.__("Export as Pipeline…"),
      caption: trans.__("Export this notebook as a pipeline"),
      icon: trailIcon,
      describedBy: { args: { type: "object", properties: {} } },
      isEnabled: () => notebooks.currentWidget !== null,
      execute: async () => {
        const panel = notebooks.currentWidget;
        if (panel) {
          await tellErrors(() => exportPipeline(panel, trails, trans, openRun));
        }
      },
    });
    palette?.addItem({ command: CommandIds.exportPipeline, category: "Celltrail" });
  },
};

async function exportPipeline(
  panel: NotebookPanel,
  trails: Trails,
  trans: TranslationBundle,
  openRun: (runId: string) => void,
): Promise<void> {
  const { path, model } = panel.context;
  if (model.dirty) {
    await panel.context.save();
  }
  const preview = await previewPipeline(path, trails, trans);
  const choice = await askForExport(trans, preview);
  if (!choice) {
    return;
  }
  const overwrite = (file: string) => confirmOverwrite(trans, file);
  const file = await savePipeline(trails.api, choice.filename, preview.text, overwrite);
  if (file === null) {
    return;
  }
  if (choice.isToRun) {
    await runPipeline(file, trails, trans, openRun);
  } else {
    Notification.success(trans.__("Saved %1", file), { autoClose: 5000 });
  }
}

/** Making a pipeline takes a few seconds, during which something must be seen to happen. */
async function previewPipeline(
  path: string,
  trails: Trails,
  trans: TranslationBundle,
): Promise<IPipelinePreview> {
  const message = trans.__("Making a pipeline of %1…", PathExt.basename(path));
  const id = Notification.emit(message, "in-progress", { autoClose: false });
  try {
    return await trails.api.previewPipeline(path);
  } finally {
    Notification.dismiss(id);
  }
}

async function runPipeline(
  file: string,
  trails: Trails,
  trans: TranslationBundle,
  openRun: (runId: string) => void,
): Promise<void> {
  const name = PathExt.basename(file);
  const id = Notification.emit(trans.__("Starting %1…", name), "in-progress", { autoClose: false });
  try {
    trails.open();
    const { run_id: runId } = await trails.api.runPipeline(file);
    trails.reveal(runId);
    const actions = [{ label: trans.__("Open run"), callback: () => openRun(runId) }];
    Notification.update({ id, message: trans.__("%1 is running", name), actions });
    const run = await trails.ended(runId);
    const isGood = run.status === "FINISHED";
    Notification.update({
      id,
      message: isGood ? trans.__("%1 has finished", name) : trans.__("%1 has failed", name),
      type: isGood ? "success" : "error",
      actions,
      autoClose: isGood ? 10_000 : false,
    });
  } catch (error) {
    Notification.update({ id, message: describeError(error), type: "error", autoClose: false });
  }
}

async function tellErrors(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    Notification.error(describeError(error), { autoClose: false });
  }
}

export default plugin;
