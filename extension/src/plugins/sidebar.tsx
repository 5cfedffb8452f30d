import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, ReactWidget } from "@jupyterlab/apputils";
import { ITranslator, TranslationBundle, nullTranslator } from "@jupyterlab/translation";
import { refreshIcon } from "@jupyterlab/ui-components";
import { Message } from "@lumino/messaging";

import { Sidebar } from "../components/Sidebar";
import { DOMAIN, Translation } from "../components/translation";
import { trailIcon } from "../icons";
import { Trails } from "../model/trails";
import { CommandIds, ITrails, PLUGIN_PREFIX, SIDEBAR_ID } from "../tokens";

/** The panel at the left, and the commands that show and refresh it. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:sidebar`,
  description: "Experiments, runs and cells at the side, live.",
  autoStart: true,
  requires: [ITrails],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    trails: Trails,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const onOpenRun = (run_id: string, execution_id?: string) =>
      void app.commands.execute(CommandIds.openRun, { run_id, execution_id: execution_id ?? null });
    const panel = new SidebarPanel(trails, trans, onOpenRun);
    app.shell.add(panel, "left", { rank: 550, type: "Celltrail" });
    restorer?.add(panel, SIDEBAR_ID);

    app.commands.addCommand(CommandIds.showSidebar, {
      label: trans.__("Show Experiments"),
      caption: trans.__("Show the experiments, runs and cells that Celltrail recorded"),
      icon: trailIcon,
      execute: () => app.shell.activateById(SIDEBAR_ID),
    });
    app.commands.addCommand(CommandIds.refresh, {
      label: trans.__("Refresh Experiments"),
      icon: refreshIcon,
      execute: () => trails.refresh(),
    });
    for (const command of [CommandIds.showSidebar, CommandIds.refresh]) {
      palette?.addItem({ command, category: "Celltrail" });
    }
  },
};

class SidebarPanel extends ReactWidget {
  constructor(
    private readonly _trails: Trails,
    private readonly _trans: TranslationBundle,
    private readonly _onOpenRun: (runId: string, executionId?: string) => void,
  ) {
    super();
    this.id = SIDEBAR_ID;
    this.title.icon = trailIcon;
    this.title.caption = _trans.__("Celltrail: experiments, runs and cells");
    this.addClass("jp-Celltrail-Sidebar");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", _trans.__("Celltrail"));
  }

  protected override render(): JSX.Element {
    return (
      <Translation.Provider value={this._trans}>
        <Sidebar trails={this._trails} onOpenRun={this._onOpenRun} />
      </Translation.Provider>
    );
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._openIfVisible();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._openIfVisible();
  }

  private _openIfVisible(): void {
    if (this.isVisible) {
      this._trails.open();
    }
  }
}

export default plugin;
