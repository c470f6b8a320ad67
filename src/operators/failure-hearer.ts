/** Hears at once that a probe has failed whose last readings are still to come. */
export type FailureHearer = (error: unknown) => void;

let hearer: FailureHearer | undefined;

/** Subscribes to probes whose failures are heard before their last readings are delivered. Returns what `subscribe` does. */
export function hearingFailures<T>(hear: FailureHearer, subscribe: () => T): T {
  const outer = hearer;
  hearer = hear;
  try {
    return subscribe();
  } finally {
    hearer = outer;
  }
}

/** Returns who hears of failures of the probe that is being subscribed to. */
export const failureHearer = (): FailureHearer | undefined => hearer;
