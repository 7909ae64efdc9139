/** The signals of the axis of effects. */
import type { Signals } from "../../kit/chart";
import type { Ends } from "../../kit/rounding";

export function axisSignals({ low, high }: Ends, factor: number, unit: string, format: string): Signals {
  return { x_low: low, x_high: high, factor, unit: unit && ` ${unit}`, value_format: format };
}
