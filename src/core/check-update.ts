import { UserError } from "./errors.ts";
import type { Update } from "./optimizer.ts";
import type { Params } from "./params.ts";

/**
 * Checks an optimizer's update.
 *
 * @throws {UserError} naming the optimizer when its update lacks a learning rate, or parameters of the names and shapes
 * that it was given.
 */
export function checkUpdate(who: string, { params: next, learningRate }: Update, params: Params): void {
  if (!(typeof learningRate === "number" && Number.isFinite(learningRate) && learningRate >= 0)) {
    const wanted = "return the learningRate that made it beside params and state, a number from 0 up";
    throw new UserError(`optimizer ${who}: its update gave the learning rate ${String(learningRate)}; ${wanted}`);
  }
  const strange = Object.keys(next).find((name) => !Object.hasOwn(params, name));
  if (strange !== undefined) throw new UserError(`optimizer ${who}: its update gave ${strange}, which did not come in`);
  for (const [name, { shape }] of Object.entries(params)) {
    const after = next[name];
    if (!after) throw new UserError(`optimizer ${who}: its update left out ${name}; give every parameter`);
    if (after.shape.join() === shape.join()) continue;
    throw new UserError(`optimizer ${who}: its update made [${after.shape}] of ${name}, which is [${shape}]`);
  }
}
