/** Pictures over time: the periods and the ends of their axis. */

export const DAY = 86_400_000;

export interface Period {
  date: number;
  /** The stretch of time that stands for it: half a period to each side. */
  begin: number;
  end: number;
}

/** The days in order, each with its stretch. */
export function periodsOf(dates: Iterable<number>): Period[] {
  const days = [...new Set(dates)].sort((a, b) => a - b);
  const between = (i: number) => ((days[i] ?? 0) + (days[i + 1] ?? 0)) / 2;
  const only = days.length < 2 ? DAY / 2 : 0;
  return days.map((date, i) => {
    const last = i === days.length - 1;
    const before = i === 0 ? null : date - between(i - 1);
    const after = last ? null : between(i) - date;
    return {
      date,
      begin: date - (before ?? after ?? only),
      end: date + (after ?? before ?? only),
    };
  });
}

/** Signals of an axis that holds the periods. */
export function daysSignals(periods: readonly Period[]) {
  const [from, to] = [periods[0]?.begin ?? 0, periods.at(-1)?.end ?? 1];
  return { from_day: from, to_day: to, span_days: (to - from) / DAY };
}
