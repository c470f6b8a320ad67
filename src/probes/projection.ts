import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** A symmetric operator H restricted to the space of orthonormal vectors v_1 … v_m. */
export interface Projection {
  /** Number of products m. */
  readonly products: number;
  /** Components v_i' H v_j, symmetrized. */
  readonly matrix: Matrix;
  /** Components of H v_j along the vectors after the m-th: one row for each of these, one column for each j. */
  readonly tail: Matrix;
  /** ‖T - T'‖ / ‖T‖ of the matrix T before it was symmetrized: 0 for a symmetric operator. */
  readonly asymmetry: number;
}

interface LanczosSize {
  readonly products: number;
  /** Start vectors. */
  readonly width: number;
  /** Length of the vectors: there are no more of them than that. */
  readonly size: number;
}

/**
 * Builds the projection from the coefficients of a Lanczos run: column after column, each as long as there were
 * vectors.
 */
export function projectionOf(values: ArrayLike<number>, { products, width, size }: LanczosSize): Projection {
  const full = Matrix.zeros(Math.min(products + width, size), products);
  let at = 0;
  for (let j = 0; j < products; j++) {
    const length = Math.min(width + j + 1, size);
    for (let i = 0; i < length; i++) full.set(i, j, values[at++]!);
  }
  const square = full.subMatrix(0, products - 1, 0, products - 1);
  const transposed = square.transpose();
  const tail =
    full.rows > products ? full.subMatrix(products, full.rows - 1, 0, products - 1) : Matrix.zeros(1, products);
  return {
    products,
    matrix: Matrix.add(square, transposed).mul(0.5),
    tail,
    asymmetry: Matrix.sub(square, transposed).norm("frobenius") / Math.max(square.norm("frobenius"), 1e-30),
  };
}

/** Approximation of an eigenvalue of H. */
export interface RitzPair {
  readonly value: number;
  /** ‖H u - value u‖ of the Ritz vector u: an eigenvalue lies within this distance of `value`. */
  readonly residual: number;
  /** Squared component of the Ritz vector along v_1: its weight in a quadrature from there. */
  readonly weight: number;
}

/** Computes the eigenvalues of the projected matrix, largest first; NaN where it is not finite. */
export function ritzPairs({ matrix, tail }: Projection): readonly RitzPair[] {
  const size = matrix.rows;
  if (!Number.isFinite(matrix.norm("frobenius") + tail.norm("frobenius"))) {
    return Array.from({ length: size }, () => ({ value: NaN, residual: NaN, weight: NaN }));
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, i) => {
      const vector = eigenvectorMatrix.getColumnVector(i);
      return { value, residual: tail.mmul(vector).norm("frobenius"), weight: vector.get(0, 0) ** 2 };
    })
    .sort((a, b) => b.value - a.value);
}
