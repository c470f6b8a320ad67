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
const STEPS = ["ArgMax", "ArgMin", "Ceil", "Floor", "FloorDiv", "Round", "Sign", "Step"];
const COMPARISONS = ["Equal", "Greater", "GreaterEqual", "IsFinite", "IsInf", "IsNan", "Less", "LessEqual", "NotEqual"];
const LOGIC = ["All", "Any", "LogicalAnd", "LogicalNot", "LogicalOr", "LogicalXor"];
const SHAPES = ["Fill", "OneHot", "OnesLike", "Range", "ZerosLike"];
const CONSTANT = new Set([STEPS, COMPARISONS, LOGIC, SHAPES].flat());

/** Tells whether a kernel's outputs move with none of its inputs. */
export const isConstant = (kernel: string): boolean => CONSTANT.has(kernel);

/** Returns the rule of a kernel; undefined where none is known. */
export const ruleOf = (kernel: string): Rule | undefined => (Object.hasOwn(RULES, kernel) ? RULES[kernel] : undefined);
