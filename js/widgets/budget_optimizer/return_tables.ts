/** What each channel brought for its money, how long it lasts, and what the data taught about every parameter. */
import { dataTable, type TableColumn } from "../../kit/tables";
import { digitsFor, fixed, percent, significant } from "../../kit/wording";
import { amountText, estimateText, moneyText } from "./figures";
import type { FitState, HalfLifeRow, ParameterRow, RoasRow } from "./wire";

export function returnsTable({ roas, half_life, period }: FitState, currency: string): HTMLElement {
  const lives = new Map(half_life.map((row) => [row.channel, row]));
  const columns: TableColumn<RoasRow>[] = [
    { label: "Channel", cell: ({ channel }) => channel },
    { label: "Spent", number: true, cell: ({ spend }) => moneyText(spend, currency) },
    {
      label: "Brought",
      number: true,
      cell: (row) => estimateText([row.contribution, row.contribution_lower, row.contribution_upper]),
    },
    {
      label: "Per unit of money, on average",
      number: true,
      cell: (row) => estimateText([row.roas, row.roas_lower, row.roas_upper]),
    },
    {
      label: "The last unit",
      number: true,
      cell: (row) => estimateText([row.mroas, row.mroas_lower, row.mroas_upper]),
    },
    {
      label: `Half is over after, ${period}s`,
      number: true,
      cell: ({ channel }) => lifeText(lives.get(channel)),
    },
  ];
  return dataTable<RoasRow>("Return on spend by channel, with intervals", columns, roas);
}

function lifeText(row: HalfLifeRow | undefined): string {
  if (!row || row.half_life === null) return "–";
  const [mean, lower] = [significant(row.half_life), row.lower === null ? "0" : significant(row.lower)];
  return row.upper === null
    ? `${mean} (at least ${lower})`
    : estimateText([row.half_life, row.lower, row.upper]);
}

export function parameterTable(rows: readonly ParameterRow[]): HTMLElement {
  const sampled = rows.some(({ rhat }) => typeof rhat === "number");
  const figure = (value: number | null | undefined, digits = 2) =>
    typeof value === "number" ? value.toFixed(digits) : "–";
  const columns: TableColumn<ParameterRow>[] = [
    { label: "Parameter", cell: ({ parameter }) => parameter },
    { label: "Prior", number: true, cell: (row) => spreadText(row.prior_mean, row.prior_sd) },
    { label: "Posterior", number: true, cell: (row) => spreadText(row.mean, row.sd) },
    { label: "Learnt from the data", number: true, cell: ({ learnt }) => learntText(learnt) },
  ];
  const chains: TableColumn<ParameterRow>[] = [
    { label: "R-hat", number: true, cell: ({ rhat }) => figure(rhat, 3) },
    { label: "Effective draws", number: true, cell: ({ ess_bulk }) => amountText(ess_bulk ?? null) },
  ];
  return dataTable<ParameterRow>(
    "Parameters before and after the data: mean ± standard deviation",
    sampled ? [...columns, ...chains] : columns,
    rows,
  );
}

/** Both with as many decimals as two digits of the deviation need. */
function spreadText(mean: number, sd: number): string {
  const digits = Math.max(0, digitsFor(sd) - 1);
  return `${fixed(mean, digits)} ± ${fixed(sd, digits)}`;
}

/** The share of the prior's variance that went; below zero the posterior is wider than the prior. */
const learntText = (share: number): string =>
  share <= 0 ? "nothing" : percent(Math.round(100 * share) / 100);
