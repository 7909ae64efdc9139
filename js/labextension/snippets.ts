import { type Notebook, NotebookActions } from "@jupyterlab/notebook";
import type { LabIcon } from "@jupyterlab/ui-components";
import { budgetIcon, checkIcon, cohortIcon, experimentIcon, segmentIcon } from "./icons.js";

/** Code that a palette command puts into the notebook, ready to run. */
export interface Snippet {
  id: string;
  label: string;
  caption: string;
  icon: LabIcon;
  code: string;
}

export const SNIPPETS: Snippet[] = [
  {
    id: "cohort-heatmap",
    label: "Insert a Cohort Heatmap",
    caption: "Who stays: code for a cohort heatmap of real purchases, to run as it is or with your own table",
    icon: cohortIcon,
    code: `from custintel_analytics import datasets, tables
from custintel_widgets import CohortHeatmap

# Your own purchases: tables.as_table("purchases.parquet", customer="…", date="…", amount="…")
table = tables.as_table(datasets.cdnow())
heat = CohortHeatmap(table)
heat`,
  },
  {
    id: "segment-explorer",
    label: "Insert a Segment Explorer",
    caption:
      "Which customers to talk to: code for segments of real purchases, to run as it is or with your own table",
    icon: segmentIcon,
    code: `from custintel_analytics import datasets, tables
from custintel_widgets import SegmentExplorer

# Your own purchases: tables.as_table("purchases.parquet", customer="…", date="…", amount="…")
table = tables.as_table(datasets.cdnow())
explorer = SegmentExplorer(table)
explorer`,
  },
  {
    id: "ab-calculator",
    label: "Insert an A/B Calculator",
    caption:
      "Did it work: code for a calculator that plans and reads tests, to run as it is or with your own counts",
    icon: experimentIcon,
    code: `from custintel_widgets import ABCalculator

# Your own counts: ABCalculator(counts={"A": (1000, 200), "B": (1000, 240)}); or a table:
# ABCalculator("test.parquet", variant="group", unit="customer", control="A", metrics=[experiments.proportion("bought")])
calculator = ABCalculator()
calculator`,
  },
  {
    id: "budget-optimizer",
    label: "Insert a Budget Optimizer",
    caption:
      "Where the next euro should go: code for a quick media-mix model and its budget, to run as it is or with your own weeks",
    icon: budgetIcon,
    code: `from custintel_analytics import mmm
from custintel_widgets import BudgetOptimizer

# Your own weeks: frame = pd.read_csv("weeks.csv"), and below the names of its columns. Without quick=True the full model.
frame, truth = mmm.simulate()
channels = list(truth.channels["channel"])
model = mmm.MediaMix(date="date", target="revenue", channels=channels, controls=["promotion"]).fit(frame, quick=True)
budget = BudgetOptimizer(model)
budget`,
  },
  {
    id: "doctor",
    label: "Insert a Check of the Installation",
    caption: "Versions, front end and server of custintel-widgets, and how to mend what is wrong",
    icon: checkIcon,
    code: `from custintel_widgets import doctor

doctor()`,
  },
];

/** Puts code into a new cell below the active one, or into the active one where that is an empty code cell. */
export function insertCode(notebook: Notebook, code: string): void {
  const active = notebook.activeCell?.model;
  if (active?.type !== "code" || active.sharedModel.getSource().trim() !== "") {
    NotebookActions.insertBelow(notebook);
    NotebookActions.changeCellType(notebook, "code");
  }
  notebook.activeCell?.model.sharedModel.setSource(code);
  notebook.activate();
}
