/** The actions of a footer that are the same for every widget: code, customers, picture and table. */
import type { Chart } from "./chart";
import { copyImage, copyText, fileName, saveFile } from "./download";
import { type PictureText, pictureAsPng, pictureAsSvg } from "./picture";
import type { Requests } from "./requests";
import type { Colours } from "./theme";

export interface TakeAwayContext {
  requests: Requests;
  charts(): readonly Chart[];
  colours(): Colours;
  text(): PictureText;
  /** Words that a file's name is made of. */
  title(): string;
  code(): string;
  tableCsv(): string;
  report(text: string): void;
  trouble(error: unknown): void;
}

const CUSTOMERS_TIMEOUT = 120_000;

export function takeAwayActions(context: TakeAwayContext) {
  const { requests, charts, colours, text, report } = context;
  const attempt = (work: () => Promise<string>) => () => {
    work().then(report, context.trouble);
  };
  const save = (ending: string, content: BlobPart, type: string) => {
    saveFile(`${fileName(context.title())}.${ending}`, content, type);
    return `Saved ${ending.toUpperCase()}`;
  };
  return {
    copyCode: attempt(async () => {
      await copyText(context.code());
      return "Copied";
    }),
    customersCsv: attempt(async () => {
      const answer = await requests.ask<{ csv: string; name: string }>(
        "customers_csv",
        { which: "selection" },
        { lane: "customers", timeout: CUSTOMERS_TIMEOUT },
      );
      saveFile(answer.name, answer.csv, "text/csv");
      return `Saved ${answer.name}`;
    }),
    savePng: attempt(async () => save("png", await pictureAsPng(charts(), text(), colours()), "image/png")),
    saveSvg: attempt(async () =>
      save("svg", await pictureAsSvg(charts(), text(), colours()), "image/svg+xml"),
    ),
    copyImage: attempt(async () => {
      await copyImage(await pictureAsPng(charts(), text(), colours()));
      return "Copied the picture";
    }),
    saveTable: attempt(async () => save("csv", context.tableCsv(), "text/csv")),
  };
}
