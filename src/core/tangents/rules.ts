import { arithmetic } from "./arithmetic.ts";
import { elementwise } from "./elementwise.ts";
import { linearMaps } from "./linear-maps.ts";
import { ownKernels } from "./own-kernels.ts";
import { reductions } from "./reductions.ts";
import type { Rule } from "./rule.ts";

const RULES: Readonly<Record<string, Rule>> = {
  ...elementwise,
  ...arithmetic,
  ...linearMaps,
  ...reductions,
  ...ownKernels,
};

/** Kernels whose outputs do not move with their inputs: steps, comparisons, shapes. */
const CONSTANT = new Set([
  ...["All", "Any", "ArgMax", "ArgMin", "Ceil", "Equal", "Fill", "Floor", "FloorDiv", "Greater", "GreaterEqual"],
  ...["IsFinite", "IsInf", "IsNan", "Less", "LessEqual", "LogicalAnd", "LogicalNot", "LogicalOr", "LogicalXor"],
  ...["NotEqual", "OneHot", "OnesLike", "Range", "Round", "Sign", "Step", "ZerosLike"],
]);

/** Tells whether a kernel's outputs move with none of its inputs. */
export const isConstant = (kernel: string): boolean => CONSTANT.has(kernel);

/** Returns the rule of a kernel; undefined where none is known. */
export const ruleOf = (kernel: string): Rule | undefined => (Object.hasOwn(RULES, kernel) ? RULES[kernel] : undefined);
