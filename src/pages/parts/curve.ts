import type { RunState } from "../../feed/client/index.ts";

/** The seeds of one arm, and of one setting: what one line or band stands for. */
export interface Curve {
  readonly name: string;
  readonly arm: string;
  /** Among the colours. */
  readonly place: number;
  /** Among the dashes. */
  readonly dash: number;
  /** The paper's own. */
  readonly paper?: boolean;
  /** Its lines are steps, each in a colour of its own. */
  readonly steps?: boolean;
  readonly runs: readonly RunState[];
}
