import { UserError } from "../core/errors.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { filterParams, mapParams, type Params } from "../core/params.ts";
import { matchesName, penaltyWithin } from "./weight-decay.ts";

/**
 * Makes an optimizer that leaves the parameters whose names match as they are: `frozen(sgd(…), /^layer[12]\//)`. They have
 * no state and no penalty; their gradients are computed all the same, and probes see them.
 *
 * @throws {UserError} when `pattern` is not a regular expression. A training errors with it when no parameter matches.
 *
 * @example
 * ```ts
 * import { frozen, sgd } from "gradstream";
 *
 * const optimizer = frozen(sgd({ learningRate: 0.1 }), /^layer[12]\//);
 * console.log(optimizer.name); // frozen sgd
 * ```
 */
export function frozen(optimizer: Optimizer, pattern: RegExp): Optimizer {
  if (!(pattern instanceof RegExp)) throw new UserError("frozen: takes a pattern of names, such as /^layer1\\//");
  const isFrozen = (name: string): boolean => matchesName(pattern, name);
  const isMoving = (name: string): boolean => !isFrozen(name);
  const moving = (params: Params): Params => filterParams(params, isMoving);
  const { penalty } = optimizer;
  return {
    ...optimizer,
    name: `frozen ${optimizer.name}`,
    options: { ...optimizer.options, frozen: pattern },
    ...(penalty && { penalty: penaltyWithin(penalty, isMoving) }),
    ...(optimizer.ascend && {
      ascend: (params, grads, step) => ({ ...params, ...optimizer.ascend!(moving(params), moving(grads), step) }),
    }),
    init: (params) => {
      const names = Object.keys(params);
      if (names.some(isFrozen)) return optimizer.init(moving(params));
      throw new UserError(`frozen: no parameter matches ${String(pattern)}; there are ${names.slice(0, 6).join(", ")}`);
    },
    update: (params, grads, state, ...rest) => {
      const update = optimizer.update(moving(params), moving(grads), state, ...rest);
      return { ...update, params: mapParams(params, (value, name) => (isFrozen(name) ? value : update.params[name]!)) };
    },
  };
}
