import { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, NotebookActions, NotebookPanel } from "@jupyterlab/notebook";
import { ITranslator, TranslationBundle, nullTranslator } from "@jupyterlab/translation";

import { DOMAIN } from "../components/translation";
import { Paced } from "../model/pacing";
import { STALE_CELLS, staleCellsOf } from "../model/staleCells";
import { PLUGIN_PREFIX } from "../tokens";

const PAUSE_MS = 400;
const NOTE = "jp-Celltrail-StaleNote";

/** Says below a cell that what it made is older than the data that it was made from. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: `${PLUGIN_PREFIX}:stale-cells`,
  description: "Marks the cells of a notebook that are older than their data.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    notebooks: INotebookTracker,
    translator: ITranslator | null,
  ): void => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    notebooks.widgetAdded.connect((_, panel) => follow(panel, trans));
  },
};

/** Ask the kernel of a notebook whenever one of its cells has run. */
function follow(panel: NotebookPanel, trans: TranslationBundle): void {
  const { content, sessionContext } = panel;
  const asking = new Paced(async () => mark(panel, await staleCells(panel), trans), PAUSE_MS);
  const onExecuted = (_: unknown, { notebook }: { notebook: unknown }) => {
    if (notebook === content) {
      asking.request();
    }
  };
  NotebookActions.executed.connect(onExecuted);
  sessionContext.kernelChanged.connect(asking.request);
  sessionContext.statusChanged.connect((_, status) => {
    if (status === "restarting" || status === "autorestarting") {
      mark(panel, new Map(), trans);
    }
  });
  panel.disposed.connect(() => NotebookActions.executed.disconnect(onExecuted));
  void sessionContext.ready.then(asking.request);
}

async function staleCells({ sessionContext }: NotebookPanel): Promise<ReadonlyMap<string, string>> {
  const kernel = sessionContext.session?.kernel;
  if (!kernel || (await kernel.info).language_info.name !== "python") {
    return new Map();
  }
  const reply = await kernel
    .requestExecute({
      code: "",
      silent: true,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false,
      user_expressions: { stale: STALE_CELLS },
    })
    .done.catch(() => null); // the kernel has ended
  const content = reply?.content;
  return staleCellsOf(content?.status === "ok" ? content.user_expressions["stale"] : undefined);
}

function mark(
  panel: NotebookPanel,
  stale: ReadonlyMap<string, string>,
  trans: TranslationBundle,
): void {
  if (panel.isDisposed) {
    return;
  }
  for (const cell of panel.content.widgets) {
    const known = cell.node.querySelector(`:scope > .${NOTE}`);
    const reason = stale.get(cell.model.id);
    if (reason === undefined) {
      known?.remove();
      continue;
    }
    const note = known ?? document.createElement("div");
    note.className = NOTE;
    note.setAttribute("role", "note");
    note.textContent = trans.__("Older than its data: %1", reason);
    if (!known) {
      cell.node.append(note);
    }
  }
}

export default plugin;
