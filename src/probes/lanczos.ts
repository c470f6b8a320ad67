import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor1D } from "@tensorflow/tfjs-core";
import { readNow, readsAtOnce } from "../core/read.ts";
import { norm, sumInBlocks } from "../core/vectors.ts";
import { projectionOf, type Projection } from "./projection.ts";

/** Options of `lanczos`. */
interface LanczosOptions {
  /** Length of the vectors. */
  readonly size: number;
  /** Number of start vectors: a multiple eigenvalue is found as often as there are. */
  readonly block: number;
  /** Largest number of products. */
  readonly products: number;
  /** Draws the i-th random vector: first the start vectors, then those where no new direction is left. */
  readonly draw: (i: number) => Tensor1D;
  /** Returns whether to end before `products`. Asked after each product where the backend reads at once. */
  readonly enough?: (projection: Projection) => boolean;
}

/** Coefficients of a Lanczos iteration, still on the device. */
export interface LanczosRun {
  /** All coefficients, to be read back. */
  readonly tensor: Tensor1D;
  readonly projectionOf: (values: ArrayLike<number>) => Projection;
}

/** Below this fraction of the largest product's length, the remainder of an orthogonalization is rounding. */
const ROUNDING = 1e-5;

/**
 * Projects a symmetric operator on a block Krylov space, one vector at a time, with full orthogonalization.
 *
 * The operator is applied to v_j, and the part of the result that is new becomes v_{j + block}. Where nothing is new, a
 * random vector takes its place, so that the iteration continues in the rest of the space. Keeps every vector; reads
 * nothing back on the way unless `enough` is given.
 *
 * Source: Ruhe 1979, "Implementation aspects of band Lanczos algorithms".
 */
export function lanczos(apply: (v: Tensor1D) => Tensor1D, options: LanczosOptions): LanczosRun {
  const { size, block, draw, enough } = options;
  const width = Math.min(block, size);
  const products = Math.min(options.products, size);
  const basis: Tensor1D[] = [];
  for (let i = 0; i < width; i++) basis.push(orthonormalized(draw(i), basis));
  const columns: Tensor1D[] = [];
  let scale: Scalar = tf.scalar(0);
  const joined = () => tf.concat(columns);
  const shape = (values: ArrayLike<number>, count: number) => projectionOf(values, { products: count, width, size });

  for (let j = 0; j < products; j++) {
    const isLast = basis.length === size;
    const [column, next, largest] = tf.tidy(() => {
      const image = apply(basis[j]!);
      const most = tf.maximum<Scalar>(scale, norm(image));
      const { rest, along } = projectedOut(image, basis);
      const again = projectedOut(rest, basis);
      const coefficients = along.map((c, i) => tf.add<Scalar>(c, again.along[i]!));
      if (isLast) return [tf.stack(coefficients) as Tensor1D, undefined, most] as const;
      const length = norm(again.rest);
      const isNew = tf.greater(length, tf.mul(most, ROUNDING));
      const fresh = orthonormalized(draw(width + j), basis);
      const beta = tf.where(isNew, length, tf.zerosLike(length));
      const unit = tf.div<Tensor1D>(again.rest, tf.maximum(length, 1e-30));
      const following = orthonormalized(tf.where(isNew, unit, fresh), basis);
      return [tf.stack([...coefficients, beta]) as Tensor1D, following, most] as const;
    });
    columns.push(column);
    if (next) basis.push(next);
    scale.dispose();
    scale = largest;
    if (!enough || !readsAtOnce()) continue;
    const so = joined();
    const [values] = readNow([so]);
    so.dispose();
    if (enough(shape(values!, j + 1))) break;
  }
  const count = columns.length;
  return { tensor: joined(), projectionOf: (values) => shape(values, count) };
}

/** Returns `vector` without its components along `basis`, and these components. */
function projectedOut(vector: Tensor1D, basis: readonly Tensor1D[]): { rest: Tensor1D; along: Scalar[] } {
  const along: Scalar[] = [];
  let rest = vector;
  for (const u of basis) {
    const part = sumInBlocks(tf.mul(u, rest));
    rest = tf.sub(rest, tf.mul(u, part));
    along.push(part);
  }
  return { rest, along };
}

/**
 * Returns a unit vector along the component of `vector` orthogonal to `basis`. Twice is enough: the second pass removes
 * what rounding left.
 */
export function orthonormalized(vector: Tensor1D, basis: readonly Tensor1D[]): Tensor1D {
  return tf.tidy(() => {
    const unit = (v: Tensor1D): Tensor1D => tf.div(v, tf.maximum(norm(v), 1e-30));
    const once = unit(projectedOut(vector, basis).rest);
    return unit(projectedOut(once, basis).rest);
  });
}
