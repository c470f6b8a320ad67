/** How long a queue's leases last and how long its users wait, in milliseconds. */
export interface QueueTimes {
  /** A lease that nobody renews ends after this. Default 120 s. */
  readonly leaseMs: number;
  /** Time between two renewals. Default 20 s. */
  readonly renewMs: number;
  /** Time between two looks for leases that ended. Default 30 s. */
  readonly lookMs: number;
  /** How long to try to connect at first. Default 30 s. */
  readonly connectMs: number;
  /** How long to wait for a queue that was in reach before. Default 10 min. */
  readonly patienceMs: number;
}

/** Options of `queueEngine` and `queueWorker`. */
export interface QueueOptions extends Partial<QueueTimes> {
  /** Which sweep the trials belong to: each has a queue of its own. */
  readonly sweepId: string;
  /** Takes what people should know while nothing has failed yet. Default: standard error. */
  readonly tell?: (message: string) => void;
}

/** The times that hold where none are given: a worker may be paused for 100 s, and is missed after 150. */
export const QUEUE_TIMES: QueueTimes = {
  leaseMs: 120_000,
  renewMs: 20_000,
  lookMs: 30_000,
  connectMs: 30_000,
  patienceMs: 600_000,
};
