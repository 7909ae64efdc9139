/** Taking things away: files, tables as CSV, text and pictures on the clipboard. */
import type { Row, Value } from "./frames";

export function saveFile(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** RFC 4180. Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function toCsv(rows: readonly Row[], columns: readonly string[]): string {
  const lines = [
    columns.map(csvField),
    ...rows.map((row) => columns.map((name) => csvField(row[name] ?? null))),
  ];
  return `${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

function csvField(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // Not allowed here (no focus, no secure context): the older way may still be.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("This page may not write to the clipboard.");
}

export async function copyImage(image: Blob): Promise<void> {
  if (typeof ClipboardItem === "undefined" || !navigator.clipboard) {
    throw new Error("This page may not write pictures to the clipboard; download the PNG.");
  }
  await navigator.clipboard.write([new ClipboardItem({ [image.type]: image })]);
}

/** A file name of words: “Cohort heatmap, June 1998” → “cohort-heatmap-june-1998”. */
export function fileName(text: string): string {
  const words = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.slice(0, 10).join("-") ?? "picture";
}
