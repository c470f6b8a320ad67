import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "./errors.ts";

/**
 * Checks what a loss of classes gets.
 *
 * @throws {UserError} naming the loss for target values, and for outputs that are not `[size, classes]`.
 */
export function checkClasses(who: string, logits: Tensor, labels: Tensor): void {
  if (labels.dtype !== "int32") {
    throw new UserError(
      `${who}: wants classes, an Int32Array of one label per example, not target values; halfSquares takes those`,
    );
  }
  if (logits.rank === 2 && labels.rank === 1 && labels.shape[0] === logits.shape[0]) return;
  throw new UserError(
    `${who}: wants outputs [size, classes] and labels [size], not [${logits.shape}] and [${labels.shape}]`,
  );
}

/**
 * Checks what a loss of target values gets.
 *
 * @throws {UserError} naming the loss for classes, and for targets of another shape than the outputs.
 */
export function checkTargets(who: string, outputs: Tensor, targets: Tensor): void {
  if (targets.dtype !== "float32") {
    throw new UserError(
      `${who}: wants target values, a Float32Array of as many per example as there are outputs, not classes; ` +
        "crossEntropy takes those",
    );
  }
  if (outputs.shape.join() === targets.shape.join()) return;
  throw new UserError(
    `${who}: outputs [${outputs.shape}] and targets [${targets.shape}] differ in shape; ` +
      "give as many target values per example as the network has outputs",
  );
}
