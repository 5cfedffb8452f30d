import { Dialog, ReactWidget, showDialog } from "@jupyterlab/apputils";
import { TranslationBundle } from "@jupyterlab/translation";

import { IPipelinePreview } from "../api/types";
import { PipelinePreview } from "./PipelinePreview";
import { Translation } from "./translation";

/** What the user decided in the dialog. */
export interface IExportChoice {
  filename: string;
  isToRun: boolean;
}

/** Show what an export will write; null if the user does not want it. */
export async function askForExport(
  trans: TranslationBundle,
  preview: IPipelinePreview,
): Promise<IExportChoice | null> {
  const body = new PreviewBody(trans, preview);
  const save = Dialog.okButton({ label: trans.__("Save") });
  const run = Dialog.createButton({ label: trans.__("Save and run"), actions: ["run"] });
  const isPossible = preview.text !== "";
  const result = await showDialog({
    title: isPossible
      ? trans.__("Export %1 as a pipeline", preview.name)
      : trans.__("%1 cannot be exported as it is", preview.name),
    body,
    buttons: [
      Dialog.cancelButton({ label: isPossible ? trans.__("Cancel") : trans.__("Close") }),
      ...(isPossible ? [run, save] : []),
    ],
  });
  const filename = result.value?.trim();
  return result.button.accept && filename
    ? { filename, isToRun: result.button.actions.includes("run") }
    : null;
}

/** Ask whether an existing file may be replaced. */
export async function confirmOverwrite(trans: TranslationBundle, path: string): Promise<boolean> {
  const result = await showDialog({
    title: trans.__("Replace the file?"),
    body: trans.__("%1 exists already.", path),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__("Replace") })],
  });
  return result.button.accept;
}

class PreviewBody extends ReactWidget implements Dialog.IBodyWidget<string> {
  private _filename: string;

  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _preview: IPipelinePreview,
  ) {
    super();
    this._filename = _preview.filename;
    this.addClass("jp-Celltrail-ExportDialog");
  }

  getValue(): string {
    return this._filename;
  }

  protected override render(): JSX.Element {
    return (
      <Translation.Provider value={this._trans}>
        <PipelinePreview
          preview={this._preview}
          filename={this._filename}
          onFilename={filename => {
            this._filename = filename;
            this.update();
          }}
        />
      </Translation.Provider>
    );
  }
}
