/** Numbers and dates for people: by locale and currency, in the page with `Intl`, in charts with d3's formats. */
export interface FormatSettings {
  locale: string;
  currency: string;
}

export interface Formats {
  count(value: number | null): string;
  /** With one decimal, for small means. */
  decimal(value: number | null): string;
  /** “14.7 %”, as all sentences of the widgets have it. */
  percent(value: number | null, digits?: number): string;
  money(value: number | null): string;
  /** “£1.2m”, where room is short. */
  moneyShort(value: number | null): string;
  day(milliseconds: number | null): string;
  /** Symbol that charts put before money, "" without a currency. */
  currencyPrefix: string;
  /** The locale's separators in the shape that vega-embed takes. */
  d3Locale: Record<string, unknown>;
}

const MISSING = "–";

export function formats(settings: FormatSettings): Formats {
  const locale = knownLocale(settings.locale);
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const currency: Intl.NumberFormatOptions = knownCurrency(settings.currency)
    ? { style: "currency", currency: settings.currency, currencyDisplay: "narrowSymbol" }
    : {};
  const plain = currency.style ? {} : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const money = new Intl.NumberFormat(locale, { ...currency, ...plain });
  const moneyShort = new Intl.NumberFormat(locale, {
    ...currency,
    notation: "compact",
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
  const date = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  const shares = new Map<number, Intl.NumberFormat>();
  const share = (digits: number) => {
    const known =
      shares.get(digits) ??
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    shares.set(digits, known);
    return known;
  };
  const or = (value: number | null, write: (value: number) => string) =>
    value === null || !Number.isFinite(value) ? MISSING : write(value);
  return {
    count: (value) => or(value, (v) => count.format(v)),
    decimal: (value) => or(value, (v) => decimal.format(v)),
    percent: (value, digits = 1) => or(value, (v) => `${share(digits).format(100 * v)} %`),
    money: (value) => or(value, (v) => money.format(v)),
    moneyShort: (value) => or(value, (v) => moneyShort.format(v)),
    day: (value) => or(value, (v) => date.format(v)),
    currencyPrefix: knownCurrency(settings.currency) ? symbol(money) : "",
    d3Locale: d3Locale(count),
  };
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en-GB";
  } catch {
    return "en-GB";
  }
}

function knownCurrency(currency: string): boolean {
  return /^[A-Za-z]{3}$/.test(currency);
}

function symbol(money: Intl.NumberFormat): string {
  const text = money.formatToParts(1).find((part) => part.type === "currency")?.value ?? "";
  return text.length > 1 ? `${text} ` : text;
}

function d3Locale(count: Intl.NumberFormat): Record<string, unknown> {
  const parts = count.formatToParts(1234567);
  const decimal = new Intl.NumberFormat(count.resolvedOptions().locale)
    .formatToParts(1.5)
    .find((part) => part.type === "decimal");
  return {
    decimal: decimal?.value ?? ".",
    thousands: parts.find((part) => part.type === "group")?.value ?? "",
    grouping: [3],
    currency: ["", ""],
  };
}
