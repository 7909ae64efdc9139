import { URLExt } from "@jupyterlab/coreutils";
import { type Contents, ServerConnection } from "@jupyterlab/services";

/** An example notebook, as the server extension lists it. */
export interface Example {
  name: string;
  title: string;
  description: string;
  widget: string;
}

/** Offered when the list can't be had: opening it then says why. */
export const TOUR: Example = {
  name: "00_tour",
  title: "Tour",
  description: "Five minutes with real purchases, from table to audience",
  widget: "",
};

const NO_SERVER_EXTENSION =
  "The server part of custintel-widgets does not answer. Install custintel-widgets in the environment that runs " +
  "JupyterLab, run “jupyter server extension enable custintel_widgets” there, and start JupyterLab again.";

/** The server's own words where it has any: its errors are JSON with a message. */
async function explain(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: unknown };
    if (typeof message === "string" && message !== "") return message;
  } catch {
    // A server without our extension answers with a page, not with JSON.
  }
  return response.status === 404
    ? NO_SERVER_EXTENSION
    : `The server answered ${response.status} ${response.statusText}.`;
}

async function request(
  settings: ServerConnection.ISettings,
  parts: string[],
  init: RequestInit,
): Promise<unknown> {
  const url = URLExt.join(settings.baseUrl, "custintel", "examples", ...parts.map(encodeURIComponent));
  const response = await ServerConnection.makeRequest(url, init, settings);
  if (!response.ok) throw new Error(await explain(response));
  return response.json();
}

export async function listExamples(settings: ServerConnection.ISettings): Promise<Example[]> {
  const { examples } = (await request(settings, [], { method: "GET" })) as { examples: Example[] };
  return examples;
}

/** Copies an example into a folder and returns the path of the copy, on the drive of the folder. */
export async function copyExample(
  settings: ServerConnection.ISettings,
  contents: Contents.IManager,
  name: string,
  folder: string,
): Promise<string> {
  const drive = contents.driveName(folder);
  const answer = await request(settings, [...name.split("/"), "copy"], {
    method: "POST",
    body: JSON.stringify({ folder: contents.localPath(folder) }),
  });
  const { path } = answer as { path: string };
  return drive ? `${drive}:${path}` : path;
}
