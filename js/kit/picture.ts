/**
 * A picture to take away: the charts side by side, in rows where they are many, under the title, above the filters and the date, on the page's paper.
 *
 * PNG and SVG share one layout, so both show the same picture.
 */
import type { Chart } from "./chart";
import type { Colours } from "./theme";

export interface PictureText {
  title: string;
  /** Under the title: what is shown, with which filters. */
  subtitle: string;
  /** Under the charts: the date of the data, warnings. */
  footer: readonly string[];
}

interface Line {
  text: string;
  x: number;
  y: number;
  size: number;
  weight: number;
  colour: string;
}

interface Part<Image> {
  image: Image;
  width: number;
  height: number;
}

interface Layout<Image> {
  width: number;
  height: number;
  lines: Line[];
  parts: (Part<Image> & { x: number; y: number })[];
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
const MARGIN = 24;
const GAP = 24;
const WIDEST = 1400;
const SCALE = 2;

export async function pictureAsPng(
  charts: readonly Chart[],
  text: PictureText,
  colours: Colours,
): Promise<Blob> {
  const parts = await Promise.all(
    charts.map(async ({ view }) => {
      const image = await view.toCanvas(SCALE);
      return { image, width: image.width / SCALE, height: image.height / SCALE };
    }),
  );
  const layout = arrange(parts, text, colours);
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(layout.width * SCALE);
  canvas.height = Math.ceil(layout.height * SCALE);
  const context = drawing(canvas);
  context.scale(SCALE, SCALE);
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, layout.width, layout.height);
  for (const { image, x, y, width, height } of layout.parts) context.drawImage(image, x, y, width, height);
  for (const line of layout.lines) {
    context.font = font(line);
    context.fillStyle = line.colour;
    context.fillText(line.text, line.x, line.y);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))),
      "image/png",
    );
  });
}

export async function pictureAsSvg(
  charts: readonly Chart[],
  text: PictureText,
  colours: Colours,
): Promise<string> {
  const parts = await Promise.all(
    charts.map(async ({ view }) => {
      const image = new DOMParser().parseFromString(await view.toSVG(), "image/svg+xml").documentElement;
      return {
        image,
        width: Number(image.getAttribute("width")),
        height: Number(image.getAttribute("height")),
      };
    }),
  );
  const layout = arrange(parts, text, colours);
  const svg = svgElement("svg", { width: layout.width, height: layout.height });
  svg.append(svgElement("rect", { width: "100%", height: "100%", fill: colours.paper }));
  for (const { image, x, y } of layout.parts) {
    image.setAttribute("x", String(x));
    image.setAttribute("y", String(y));
    svg.append(image);
  }
  for (const { text: words, x, y, size, weight, colour } of layout.lines) {
    const style = { "font-family": FONT, "font-size": size, "font-weight": weight, fill: colour };
    const element = svgElement("text", { x, y, ...style });
    element.textContent = words;
    svg.append(element);
  }
  return new XMLSerializer().serializeToString(svg);
}

function arrange<Image>(parts: readonly Part<Image>[], text: PictureText, colours: Colours): Layout<Image> {
  const rows = inRows(parts);
  const inner = Math.max(...rows.map(widthOf));
  const lines: Line[] = [];
  let y = MARGIN;
  const write = (words: string, size: number, weight: number, colour: string) => {
    for (const line of wrap(words, inner, size, weight)) {
      y += size * 1.35;
      lines.push({ text: line, x: MARGIN, y: Math.round(y - size * 0.3), size, weight, colour });
    }
  };
  write(text.title, 17, 600, colours.ink);
  write(text.subtitle, 12, 400, colours.muted);
  y += 12;
  const placed: Layout<Image>["parts"] = [];
  for (const [i, row] of rows.entries()) {
    let x = MARGIN;
    if (i > 0) y += GAP;
    for (const part of row) {
      placed.push({ ...part, x, y });
      x += part.width + GAP;
    }
    y += Math.max(...row.map((part) => part.height));
  }
  y += 6;
  for (const note of text.footer) write(note, 11, 400, colours.muted);
  return { width: inner + 2 * MARGIN, height: Math.ceil(y + MARGIN), lines, parts: placed };
}

/** Side by side as far as a page is wide, the others below. */
function inRows<P extends { width: number }>(parts: readonly P[]): P[][] {
  const rows: P[][] = [];
  for (const part of parts) {
    const row = rows.at(-1);
    if (row && widthOf([...row, part]) <= WIDEST) row.push(part);
    else rows.push([part]);
  }
  return rows;
}

function widthOf(row: readonly { width: number }[]): number {
  return row.reduce((sum, { width }) => sum + width, 0) + GAP * (row.length - 1);
}

function wrap(text: string, width: number, size: number, weight: number): string[] {
  const context = drawing(document.createElement("canvas"));
  context.font = font({ size, weight });
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

function drawing(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser can't draw pictures.");
  return context;
}

function font({ size, weight }: { size: number; weight: number }): string {
  return `${weight} ${size}px ${FONT}`;
}

function svgElement(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
