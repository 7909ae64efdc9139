import { LabIcon } from "@jupyterlab/ui-components";

/** Draws with the theme's icon colour, so one picture serves light and dark. */
function icon(name: string, shapes: string): LabIcon {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16"><g class="jp-icon3" fill="#616161">${shapes}</g></svg>`;
  return new LabIcon({ name: `custintel-widgets:${name}`, svgstr: svg });
}

/** A triangle of cells that fade with age. */
function cohortCells(): string {
  const cells: string[] = [];
  for (let row = 0; row < 4; row++) {
    for (let age = 0; age < 4 - row; age++) {
      const strength = [1, 0.7, 0.5, 0.32][age];
      cells.push(
        `<rect x="${2 + age * 5.1}" y="${2 + row * 5.1}" width="4.6" height="4.6" rx=".6" fill-opacity="${strength}"/>`,
      );
    }
  }
  return cells.join("");
}

export const cohortIcon = icon("cohorts", cohortCells());

/** Groups of customers around their middles, told apart by strength. */
export const segmentIcon = icon(
  "segments",
  '<circle cx="7.5" cy="7.5" r="5"/><circle cx="17.2" cy="9" r="3.6" fill-opacity=".55"/>' +
    '<circle cx="10.5" cy="18" r="3.9" fill-opacity=".35"/><circle cx="18.4" cy="17.6" r="2.2" fill-opacity=".7"/>',
);

/** Two intervals on either side of a line. */
export const experimentIcon = icon(
  "experiments",
  '<rect x="11.2" y="2" width="1.6" height="20" fill-opacity=".35"/>' +
    '<path fill-opacity=".55" d="M2 7h13v2H2z"/><circle cx="8.5" cy="8" r="3" fill-opacity=".7"/>' +
    '<path d="M13.5 15H22v2h-8.5z"/><circle cx="17.8" cy="16" r="3"/>',
);

/** A curve that levels off, where the money is and where it should go. */
export const budgetIcon = icon(
  "budgets",
  '<path fill-opacity=".35" d="M2 21.5C4.5 11 10.5 5.4 22 4.2v2.3C12 7.6 6.9 12.4 4.4 21.5z"/>' +
    '<circle cx="6.4" cy="13.2" r="3.4" fill-opacity=".7"/><rect x="13" y="3.4" width="5.6" height="5.6" rx=".6"/>' +
    '<path fill-opacity=".55" d="M2 20.4h20v1.6H2z"/>',
);

export const tourIcon = icon(
  "tour",
  '<path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16z"/>' +
    '<path d="M16.8 7.2 13.6 13.6 10.4 10.4z"/><path fill-opacity=".5" d="M7.2 16.8 10.4 10.4 13.6 13.6z"/>',
);

export const notebookIcon = icon(
  "example",
  '<path fill-opacity=".35" d="M5 2h13a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H5z"/>' +
    '<path d="M4 2h3v20H4zM10 14h2v4h-2zM13 10h2v8h-2zM16 6h2v12h-2z"/>',
);

export const checkIcon = icon("check", '<path d="M3 12.5 5 10.5 9.5 15 19 5.5 21 7.5 9.5 19z"/>');

const byWidget: Record<string, LabIcon> = {
  ab_calculator: experimentIcon,
  budget_optimizer: budgetIcon,
  cohort_heatmap: cohortIcon,
  segment_explorer: segmentIcon,
};

/** The picture on the card of an example notebook. */
export function exampleIcon(name: string, widget: string): LabIcon {
  return name === "00_tour" ? tourIcon : (byWidget[widget] ?? notebookIcon);
}
