import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { MainAreaWidget, ReactWidget, WidgetTracker } from "@jupyterlab/apputils";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { ITranslator, TranslationBundle, nullTranslator } from "@jupyterlab/translation";
import { ReadonlyJSONObject } from "@lumino/coreutils";

import { Renderers } from "../components/DataFigure";
import { RunPage } from "../components/RunPage";
import { DOMAIN, Translation } from "../components/translation";
import { trailIcon } from "../icons";
import { Trails } from "../model/trails";
import { CommandIds, ITrails, PLUGIN_PREFIX } from "../tokens";

/** `celltrail:open-run` {run_id, execution_id?}: a run as a page in the main area. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:run-page`,
  description: "A run as a page in the main area.",
  autoStart: true,
  requires: [ITrails],
  optional: [ITranslator, ILayoutRestorer, IRenderMimeRegistry],
  activate: (
    app: JupyterFrontEnd,
    trails: Trails,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    renderers: IRenderMimeRegistry | null,
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tracker = new WidgetTracker<MainAreaWidget<RunPanel>>({ namespace: "celltrail-run" });
    const openRun = (runId: string, executionId: string | null = null) => {
      let page = tracker.find(widget => widget.content.runId === runId);
      if (!page) {
        page = new MainAreaWidget({
          content: new RunPanel(trails, trans, renderers, runId, openRun),
        });
        page.id = `celltrail-run-${runId}`;
        page.toolbar.hide();
        void tracker.add(page);
        app.shell.add(page, "main");
      }
      trails.open();
      page.content.showCell(executionId);
      app.shell.activateById(page.id);
    };

    app.commands.addCommand(CommandIds.openRun, {
      label: trans.__("Open Run"),
      describedBy: { args: ARGUMENTS },
      execute: args => {
        const { run_id, execution_id } = args;
        if (typeof run_id !== "string") {
          throw new Error(`${CommandIds.openRun} needs a run_id`);
        }
        openRun(run_id, typeof execution_id === "string" ? execution_id : null);
      },
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIds.openRun,
        args: widget => ({ run_id: widget.content.runId }),
        name: widget => widget.content.runId,
      });
    }
  },
};

const ARGUMENTS: ReadonlyJSONObject = {
  type: "object",
  properties: { run_id: { type: "string" }, execution_id: { type: ["string", "null"] } },
  required: ["run_id"],
};

class RunPanel extends ReactWidget {
  private _executionId: string | null = null;

  constructor(
    private readonly _trails: Trails,
    private readonly _trans: TranslationBundle,
    private readonly _renderers: IRenderMimeRegistry | null,
    readonly runId: string,
    private readonly _onOpenRun: (runId: string) => void,
  ) {
    super();
    this.addClass("jp-Celltrail-RunPage");
    this.title.icon = trailIcon;
    this.title.label = _trans.__("Run");
    this.title.closable = true;
  }

  /** Bring a cell run into view. */
  showCell(executionId: string | null): void {
    this._executionId = executionId;
    this.update();
  }

  protected override render(): JSX.Element {
    return (
      <Translation.Provider value={this._trans}>
        <Renderers.Provider value={this._renderers}>
          <RunPage
            trails={this._trails}
            runId={this.runId}
            executionId={this._executionId}
            onOpenRun={this._onOpenRun}
            onName={this._setName}
          />
        </Renderers.Provider>
      </Translation.Provider>
    );
  }

  private readonly _setName = (name: string) => {
    this.title.label = name;
  };
}

export default plugin;
