import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

const plugin: JupyterFrontEndPlugin<void> = {
  id: "custintel-widgets:plugin",
  description: "Loads what custintel-widgets adds to JupyterLab itself.",
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    // Voila loads every extension, but has no launcher or file browser to share with one that imports them.
    if (app.name === "Voila") return;
    void import("./plugins.js").then(({ plugins }) => {
      app.registerPlugins(plugins);
      return Promise.all(plugins.map(({ id }) => app.activatePlugin(id)));
    });
  },
};

export default plugin;
