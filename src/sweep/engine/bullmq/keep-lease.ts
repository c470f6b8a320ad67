/** A lease that is renewed until it ends or is lost. */
export interface Lease {
  /** Aborted when the lease is lost. */
  readonly signal: AbortSignal;
  /** Gives the lease up: its signal aborts. */
  readonly lose: () => void;
  /** Stops renewing it. */
  readonly end: () => void;
}

/**
 * Renews a lease every `renewMs`. It is lost when `renew` says so, and when no renewal has succeeded for `leaseMs` by
 * this process's clock: one that was stopped, or that reaches nobody, must not go on as though nothing had happened.
 * `since` is when it was asked for, by `performance.now()`.
 */
export function keepLease(
  renew: () => Promise<boolean>,
  { leaseMs, renewMs, since }: { readonly leaseMs: number; readonly renewMs: number; readonly since: number },
): Lease {
  const lost = new AbortController();
  let until = since + leaseMs;
  let ending = setTimeout(lose, until - performance.now());
  let isAsking = false;
  let hasEnded = false;
  const beat = setInterval(() => void once(), renewMs);

  async function once(): Promise<void> {
    if (performance.now() >= until) return lose();
    if (isAsking) return;
    isAsking = true;
    const asked = performance.now();
    try {
      const isOurs = await renew();
      if (hasEnded) return;
      if (!isOurs) return lose();
      until = asked + leaseMs;
      clearTimeout(ending);
      ending = setTimeout(lose, until - performance.now());
    } catch {
      // Out of reach: the lease lasts as long as it lasts.
    } finally {
      isAsking = false;
    }
  }
  function end(): void {
    hasEnded = true;
    clearTimeout(ending);
    clearInterval(beat);
  }
  function lose(): void {
    end();
    lost.abort();
  }
  return { signal: lost.signal, lose, end };
}
