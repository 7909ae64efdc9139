/** Datasets of a living chart, sent when they change and not at every step. */
import type { Datasets } from "../../kit/chart";

/** What a chart still has to be sent: nothing while the key is that of the last time. */
export function createSending(): (key: unknown, data: () => Datasets) => Datasets {
  let sent: unknown;
  return (key, data) => {
    if (key === sent) return {};
    sent = key;
    return data();
  };
}
