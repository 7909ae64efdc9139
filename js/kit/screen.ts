/** What stands around every widget's picture, and lives as long as its view: filter, status, notes, footer and theme. */
import { createAnnouncer } from "./announce";
import { createFocusChip } from "./focus";
import { createFooter, type Footer, type FooterActions } from "./footer";
import { expectAnswer } from "./liveness";
import { listen, type Model, type RenderContext, update, watch } from "./model";
import { createNotes, type Note, type Notes } from "./notes";
import { createRequests, isCancelled, type Requests } from "./requests";
import { AT_REST, createStatus, type Status } from "./status";
import { type TakeAwayContext, takeAwayActions } from "./take_away";
import { type Colours, followTheme } from "./theme";

/** The traits that every widget has. */
export interface ScreenState {
  table_view: boolean;
  _focus: Record<string, unknown>;
  _status: Record<string, unknown>;
  _view: Record<string, unknown>;
}

export interface ScreenOptions
  extends Pick<TakeAwayContext, "charts" | "text" | "title" | "code" | "tableCsv">,
    Pick<FooterActions, "clear" | "compare" | "stopComparing"> {
  /** The theme has changed since the screen began. */
  onTheme(colours: Colours): void;
}

export interface Screen<N extends Note> {
  requests: Requests;
  notes: Notes<N>;
  footer: Footer;
  announce(text: string): void;
  /** Shows an error, unless it only says that work was called off. */
  trouble(error: unknown): void;
  colours(): Colours;
  /** Puts everything in its order into the root: headlines first, then filter and status, then the picture. */
  lay(headlines: readonly HTMLElement[], ...content: readonly HTMLElement[]): void;
  /** Everything has been shown once. */
  begin(hasKernel: boolean): void;
}

export function createScreen<State extends ScreenState, N extends Note = Note>(
  { model, signal }: RenderContext<State>,
  root: HTMLElement,
  { onTheme, clear, compare, stopComparing, ...taken }: ScreenOptions,
): Screen<N> {
  const requests = createRequests(model, signal);
  const announcer = createAnnouncer(signal);
  const trouble = (error: unknown) => {
    if (isCancelled(error) || signal.aborted) return;
    status.trouble(error instanceof Error ? error.message : String(error));
  };
  const status = createStatus(() => requests.ask("stop").catch(trouble), signal);
  const showStatus = () => status.show({ ...AT_REST, ...(model.get("_status") as Partial<Status>) });
  let begun = false;
  // The first call comes before there is anything to recolour.
  const theme = followTheme(root, ({ colours }) => begun && onTheme(colours), signal);
  const colours = () => {
    const known = theme();
    if (!known) throw new Error("The page's theme gives no colours.");
    return known.colours;
  };
  const notes = createNotes<N>(signal);
  const footer: Footer = createFooter(
    {
      ...takeAwayActions({
        ...taken,
        requests,
        colours,
        report: (words) => footer.report(words),
        trouble,
      }),
      clear,
      ...(compare && { compare }),
      ...(stopComparing && { stopComparing }),
      toggleTable: () => toggle(model),
    },
    signal,
  );
  watch(model, ["_status"], showStatus, signal);
  // Any word from the kernel takes back that it doesn't answer.
  listen(model, "change:_view", () => status.trouble(""), signal);

  return {
    requests,
    notes,
    footer,
    announce: announcer.say,
    trouble,
    colours,
    lay(headlines, ...content) {
      const above = [...headlines, createFocusChip(model, signal).element, status.element];
      root.append(...above, ...content, notes.element, footer.element, announcer.element);
    },
    begin(hasKernel) {
      begun = true;
      showStatus();
      if (hasKernel) void expectAnswer(model, requests, trouble, signal);
    },
  };
}

function toggle<State extends ScreenState>(model: Model<State>): void {
  update(model, { table_view: !model.get("table_view") } as Partial<State>);
}
