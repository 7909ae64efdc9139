import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, showErrorMessage } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { INotebookTracker } from "@jupyterlab/notebook";
import { copyExample, type Example, listExamples, TOUR } from "./examples.js";
import { exampleIcon } from "./icons.js";
import { insertCode, SNIPPETS } from "./snippets.js";

const CATEGORY = "Customer intelligence";
const OPEN_EXAMPLE = "custintel:open-example";

const examples: JupyterFrontEndPlugin<void> = {
  id: "custintel-widgets:examples",
  description: "Offers the example notebooks of custintel-widgets as copies that may be edited.",
  autoStart: true,
  optional: [ILauncher, ICommandPalette, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null,
  ) => {
    const { contents, serverSettings } = app.serviceManager;

    app.commands.addCommand(OPEN_EXAMPLE, {
      label: (args) => (args.isPalette ? `Open a Copy of “${args.title}”` : String(args.title)),
      caption: (args) => String(args.description ?? ""),
      icon: (args) => exampleIcon(String(args.name), String(args.widget)),
      execute: async (args) => {
        const folder = String(args.cwd ?? browser?.model.path ?? "");
        try {
          const path = await copyExample(serverSettings, contents, String(args.name), folder);
          return await app.commands.execute("docmanager:open", { path });
        } catch (error) {
          await showErrorMessage(`“${String(args.title)}” could not be opened`, error as Error);
          return undefined;
        }
      },
    });

    const offer = (example: Example, rank: number): void => {
      const { name, title, description, widget } = example;
      const item = {
        command: OPEN_EXAMPLE,
        category: CATEGORY,
        args: { name, title, description, widget },
        rank,
      };
      launcher?.add(item);
      palette?.addItem({ ...item, args: { ...item.args, isPalette: true } });
    };
    // Not awaited: a slow answer must not hold back the start of JupyterLab.
    void listExamples(serverSettings)
      .catch(() => [TOUR])
      .then((found) => found.forEach(offer));
  },
};

const snippets: JupyterFrontEndPlugin<void> = {
  id: "custintel-widgets:snippets",
  description: "Adds commands that insert the code of a widget into the active notebook.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null) => {
    for (const { id, label, caption, icon, code } of SNIPPETS) {
      const command = `custintel:insert-${id}`;
      app.commands.addCommand(command, {
        label,
        caption,
        icon,
        isEnabled: () => tracker.currentWidget !== null,
        execute: () => {
          if (tracker.currentWidget) insertCode(tracker.currentWidget.content, code);
        },
      });
      palette?.addItem({ command, category: CATEGORY });
    }
    tracker.currentChanged.connect(() => app.commands.notifyCommandChanged());
  },
};

export const plugins = [examples, snippets];
