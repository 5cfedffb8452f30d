import { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, InputDialog, Notification, ReactWidget } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { ITranslator, TranslationBundle, nullTranslator } from "@jupyterlab/translation";

import { Connection } from "../api/connection";
import { CullingApi } from "../api/culling";
import { describeError } from "../api/errors";
import { StopBanner } from "../components/StopBanner";
import { DOMAIN, Translation } from "../components/translation";
import { IStop, ServerEnd, keepChoices, usefulChoices } from "../model/culling";
import { formatTime } from "../model/format";
import { CommandIds, PLUGIN_PREFIX } from "../tokens";

/** On a hub: says when this server is stopped, and lets its user keep it for a while. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:culling`,
  description: "Warns before the hub stops this server.",
  autoStart: true,
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
  ): void => {
    if (!PageConfig.getOption("hubPrefix")) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const end = new ServerEnd(new CullingApi(new Connection(app.serviceManager.serverSettings)));
    const keep = async (seconds: number) => {
      await keepServer(end, seconds, trans);
      app.shell.currentWidget?.activate();
    };
    let banner: StopPanel | null = null;
    end.stop.subscribe(() => {
      if (!banner && end.stop.get()) {
        banner = new StopPanel(end, trans, seconds => void keep(seconds));
        app.shell.add(banner, "header");
      }
      banner?.showStop(end.stop.get());
    });

    app.commands.addCommand(CommandIds.keepServer, {
      label: trans.__("Keep Server Running…"),
      caption: trans.__("Keep the hub from stopping this server for a while"),
      describedBy: { args: { type: "object", properties: {} } },
      isEnabled: () => end.keepAtMostSeconds > 0,
      execute: async () => {
        const seconds = await askForTime(keepChoices(end.keepAtMostSeconds), trans);
        if (seconds !== null) {
          await keep(seconds);
        }
      },
    });
    palette?.addItem({ command: CommandIds.keepServer, category: "Celltrail" });
    void app.restored.then(() => end.follow());
  },
};

async function keepServer(end: ServerEnd, seconds: number, trans: TranslationBundle) {
  try {
    await end.keep(seconds);
    const until = formatTime(Date.now() + seconds * 1000, Date.now());
    Notification.success(trans.__("This server is kept until %1.", until), { autoClose: 5000 });
  } catch (error) {
    Notification.error(describeError(error), { autoClose: false });
  }
}

async function askForTime(choices: number[], trans: TranslationBundle): Promise<number | null> {
  const now_ms = Date.now();
  const items = choices.map(seconds => formatTime(now_ms + seconds * 1000, now_ms));
  const answer = await InputDialog.getItem({
    title: trans.__("Keep this server until"),
    items,
    okLabel: trans.__("Keep"),
  });
  return answer.value === null ? null : (choices[items.indexOf(answer.value)] ?? null);
}

/** The banner above the menu. Lumino gives a row its least height, so that is what it needs. */
class StopPanel extends ReactWidget {
  private _stop: IStop | null = null;
  private readonly _observer = new ResizeObserver(() => this._fit());

  constructor(
    private readonly _end: ServerEnd,
    private readonly _trans: TranslationBundle,
    private readonly _onKeep: (seconds: number) => void,
  ) {
    super();
    this.id = "celltrail-stop";
  }

  showStop(stop: IStop | null): void {
    this._stop = stop;
    this.setHidden(stop === null);
    this.update();
  }

  protected override render(): JSX.Element | null {
    const stop = this._stop;
    return (
      stop && (
        <Translation.Provider value={this._trans}>
          <div ref={node => node && this._observer.observe(node)}>
            <StopBanner
              stop={stop}
              choices={usefulChoices(this._end.keepAtMostSeconds, stop, Date.now())}
              onKeep={this._onKeep}
              onHide={() => this.hide()}
            />
          </div>
        </Translation.Provider>
      )
    );
  }

  private _fit(): void {
    const height = (this.node.firstElementChild as HTMLElement | null)?.offsetHeight ?? 0;
    if (this.node.style.minHeight !== `${height}px`) {
      this.node.style.minHeight = `${height}px`;
      this.parent?.fit();
    }
  }
}

export default plugin;
