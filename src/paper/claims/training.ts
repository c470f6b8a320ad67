import * as sql from "../measures.ts";
import type { Needs } from "../measures.ts";
import { BN, STD, measure, needs, type Claim } from "./claim.ts";

const speed = needs("learning-rates", [0.1], BN, STD);
const fast = (arm: string): Needs => needs("learning-rates", [0.5], arm);
const fastOnAll = (arm: string): Needs => ({ ...fast(arm), images: 50_000 });
const sweep = needs("learning-rates", [0.01, 0.03, 0.1, 0.3, 0.5, 1], BN, STD);

/** How fast, how well and at which learning rates networks train. */
export const TRAINING: readonly Claim[] = [
  {
    id: "C1",
    statement: "With BatchNorm, VGG trains faster.",
    measures: [
      measure(
        "steps to 90 % minibatch accuracy: BatchNorm over standard",
        speed,
        sql.stepsTo(speed, 0.9, BN, STD),
        "at most",
        0.6,
        0.42,
      ),
      measure(
        "mean accuracy over the first third: BatchNorm minus standard, points",
        speed,
        sql.meanAccuracy(speed, STD, sql.FIRST_THIRD),
        "at least",
        8,
        17,
      ),
    ],
  },
  {
    id: "C2",
    statement: "With BatchNorm, VGG generalises slightly better.",
    measures: [
      measure(
        "final test accuracy: BatchNorm minus standard, points",
        speed,
        sql.finalTestAbove(speed, STD),
        "at least",
        1,
        2.9,
      ),
    ],
  },
  {
    id: "C3",
    statement: "At learning rate 0.5 the standard network does not train; with BatchNorm it does.",
    measures: [
      measure("largest test accuracy of standard, %", fast(STD), sql.largestTest(fast(STD)), "at most", 12, 10),
      measure("final test accuracy with BatchNorm, %", fastOnAll(BN), sql.finalTest(fast(BN)), "at least", 75, 80.2),
    ],
  },
  {
    id: "C20",
    statement: "With BatchNorm a broader range of learning rates trains.",
    measures: [
      measure(
        "largest over least learning rate that reaches 80 %: BatchNorm over standard",
        sweep,
        sql.trainableRange(sweep, 0.8, BN, STD),
        "at least",
        5,
      ),
    ],
  },
];
