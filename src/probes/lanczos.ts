import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor1D } from "@tensorflow/tfjs";
import { readNow, readsAtOnce } from "../core/read.ts";
import { norm, sumInBlocks } from "../core/vectors.ts";
import { projectionOf, type Projection } from "./projection.ts";

export interface LanczosOptions {
  /** Length of the vectors. */
  readonly size: number;
  /** Start vectors: as many copies of a multiple eigenvalue can be found as there are. */
  readonly block: number;
  /** Products to spend. */
  readonly products: number;
  /** The i-th random vector: first the start vectors, then those for which no direction is left. */
  readonly draw: (i: number) => Tensor1D;
  /** Ends the iteration before the products are spent. Asked after each product where the backend reads at once. */
  readonly enough?: (projection: Projection) => boolean;
}

export interface LanczosRun {
  /** All coefficients, to be read back. */
  readonly tensor: Tensor1D;
  readonly projectionOf: (values: ArrayLike<number>) => Projection;
}

/** Below this part of the largest product's length, what orthogonalization leaves of a product is rounding. */
const ROUNDING = 1e-5;

/**
 * Projects a symmetric operator on a block Krylov space, one vector at a time (Ruhe 1979), with full orthogonalization:
 * v_j goes through the operator, and what is new in it becomes v_{j + block}. Where nothing is new, a random vector takes
 * its place, so that the iteration goes on in what it has not seen. Keeps every vector; nothing is read back on the way
 * unless `enough` is given.
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

/** `vector` without its parts along `basis`, and these parts. */
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

/** A unit vector along what `vector` has that `basis` lacks. Twice is enough: what rounding leaves once, the second takes. */
export function orthonormalized(vector: Tensor1D, basis: readonly Tensor1D[]): Tensor1D {
  return tf.tidy(() => {
    const unit = (v: Tensor1D): Tensor1D => tf.div(v, tf.maximum(norm(v), 1e-30));
    const once = unit(projectedOut(vector, basis).rest);
    return unit(projectedOut(once, basis).rest);
  });
}
