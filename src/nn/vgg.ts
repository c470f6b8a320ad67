import { UserError } from "../core/errors.ts";
import type { Network } from "../core/network.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { layered, type Block } from "./layered.ts";
import type { Layer, Norm } from "./layer.ts";
import { maxPool } from "./max-pool.ts";
import { relu } from "./relu.ts";

/** Convolutions per stage; every stage ends in a max-pool (Simonyan and Zisserman 2015: A, B and D). */
const STAGES = { 11: [1, 1, 2, 2, 2], 13: [2, 2, 2, 2, 2], 16: [2, 2, 3, 3, 3] } as const;
const GROWTH = [1, 2, 4, 8, 8];

export interface VggOptions {
  /** Layers with weights in the original; 16 (13 convolutions) is the paper's. */
  readonly depth?: number;
  /** Filters of the first stage; 64 in the original, growing to 8 times that. */
  readonly width?: number;
  /** Normalization after every linear map but the last; absent: none. */
  readonly norm?: Norm | undefined;
  /** After every normalization; called for each layer. */
  readonly nonlinearity?: () => Layer;
  /** Units of the hidden dense layers between the convolutions and the classes. */
  readonly head?: readonly number[];
  readonly classes?: number;
}

/**
 * A VGG for 32 x 32 images: 3 x 3 convolutions in five stages, then a small head. Numbered layers are the convolutions,
 * then the dense layers.
 */
export function vgg(options: VggOptions = {}): Network {
  const { depth = 16, width = 64, norm, nonlinearity = relu, head = [], classes = 10 } = options;
  const stages = STAGES[depth as keyof typeof STAGES] as readonly number[] | undefined;
  if (!stages) throw new UserError(`vgg: no depth ${depth}; choose ${Object.keys(STAGES).join(", ")}`);
  if (!Number.isInteger(width) || width < 1) throw new UserError(`vgg: width must be a positive integer, not ${width}`);
  const hidden = (linear: (options: { bias: boolean }) => Layer): Block => {
    const own = norm?.();
    return { linear: linear({ bias: !own?.absorbsBias }), norm: own, nonlinearity: nonlinearity() };
  };
  const blocks: Block[] = stages.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => ({
      ...hidden((options) => conv({ filters: width * GROWTH[stage]!, ...options })),
      then: i < count - 1 ? [] : stage < 4 ? [maxPool()] : [maxPool(), flatten()],
    })),
  );
  for (const units of head) blocks.push(hidden((options) => dense({ units, ...options })));
  blocks.push({ linear: dense({ units: classes }) });
  return layered(`vgg${depth} width ${width}, ${blocks[0]!.norm?.name ?? "no norm"}`, blocks);
}
