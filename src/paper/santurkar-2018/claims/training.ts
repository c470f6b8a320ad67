import { measure, needs, type Claim, type Needs } from "../../claim.ts";
import * as sql from "../measures.ts";
import { BN, STD } from "./arms.ts";

/** Of the whole training set: with fewer images, less is learnt of those that are not among them. */
const ON_ALL = 50_000;
const speed = needs("learning-rates", [0.1], BN, STD);
const fast = (arm: string): Needs => needs("learning-rates", [0.5], arm);
const onAll = (these: Needs): Needs => ({ ...these, images: ON_ALL });
const sweep = needs("learning-rates", [0.01, 0.03, 0.1, 0.3, 0.5, 1], BN, STD);

/** How fast, how well and at which learning rates networks train. */
export const TRAINING_CLAIMS: readonly Claim[] = [
  {
    claimId: "C1",
    statement: "With BatchNorm, VGG trains faster.",
    measures: [
      measure({
        what: "steps to 90 % minibatch accuracy: BatchNorm over standard",
        unit: "×",
        needs: speed,
        sql: sql.stepsTo(speed, 0.9, BN, STD),
        atMost: 0.6,
        paperValue: 0.42,
        why: "the paper's 1,800 steps of 4,300, with room for seeds",
      }),
      measure({
        what: "mean accuracy over the first third: BatchNorm minus standard, points",
        unit: "points",
        needs: speed,
        sql: sql.meanAccuracy(speed, STD, sql.FIRST_THIRD),
        atLeast: 8,
        paperValue: 17,
        why: "half of what the paper's curves are apart",
      }),
    ],
  },
  {
    claimId: "C2",
    statement: "With BatchNorm, VGG generalises slightly better.",
    measures: [
      measure({
        what: "final test accuracy: BatchNorm minus standard, points",
        unit: "points",
        needs: onAll(speed),
        sql: sql.finalTestAbove(speed, STD),
        atLeast: 1,
        paperValue: 2.9,
        why: "a third of what the paper's curves are apart at their end",
      }),
    ],
  },
  {
    claimId: "C3",
    statement: "At learning rate 0.5 the standard network does not train; with BatchNorm it does.",
    measures: [
      measure({
        what: "largest test accuracy of standard, %",
        unit: "%",
        needs: onAll(fast(STD)),
        sql: sql.largestTest(fast(STD)),
        atMost: 12,
        paperValue: 10,
        why: "chance is 10 %, and so is the paper's curve",
      }),
      measure({
        what: "final test accuracy with BatchNorm, %",
        unit: "%",
        needs: onAll(fast(BN)),
        sql: sql.finalTest(fast(BN)),
        atLeast: 75,
        paperValue: 80.2,
        why: "room below 80.2, where the curve ends",
      }),
    ],
  },
  {
    claimId: "C20",
    statement: "With BatchNorm a broader range of learning rates trains.",
    measures: [
      measure({
        what: "largest over least learning rate that reaches 80 %: BatchNorm over standard",
        unit: "×",
        needs: sweep,
        sql: sql.trainableRange(sweep, 0.8, BN, STD),
        atLeast: 5,
        why: "a factor of five is more than one place in the sweep, whose rates are about three apart",
      }),
    ],
  },
];
