/**
 * BatchNorm of one unit in float64, and the theorems of Santurkar et al. 2018 (section 4, appendix C) about it. A unit's
 * m values y (linear map) become z = γ ŷ + β, ŷ = (y - μ) / σ, μ the mean and σ² the biased variance of y, no ε. The loss
 * behind has the gradient g = dL/dz and the Hessian H at z; d = dL̂/dy is the gradient in front. P = I - 11'/m - ŷŷ'/m.
 * What a name calls `formula` is the theorem's; what has no such name goes by the definition of BatchNorm, step by step.
 */

export type Vector = Float64Array;

/** Normalized values of a unit: ŷ = `hat` = (y - `mean`) / `sd`. */
interface NormalizedUnit {
  readonly mean: number;
  readonly sd: number;
  readonly hat: Vector;
}

/** A unit's values and scale, with the gradient and the Hessian of the loss after it. */
interface UnitLoss {
  readonly y: Vector;
  readonly g: Vector;
  readonly gamma: number;
  /** Computes H times a direction. */
  readonly hessian: (direction: Vector) => Vector;
}

/** Computes Σ a b. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Computes ‖a‖². */
export const squaredLength = (a: Vector): number => dot(a, a);

/** Computes the mean of a. */
export const meanOf = (a: Vector): number => a.reduce((sum, x) => sum + x, 0) / a.length;

/** Computes a - b. */
export const minus = (a: Vector, b: Vector): Vector => a.map((x, i) => x - b[i]!);

/** Computes a times a factor. */
export const times = (a: Vector, factor: number): Vector => a.map((x) => x * factor);

/** Computes |a - b| over the larger of the two; 0 where they are equal. */
export const relativeDifference = (a: number, b: number): number =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));

/** Computes ‖a - b‖ / ‖b‖. */
export const relativeDistance = (a: Vector, b: Vector): number =>
  Math.sqrt(squaredLength(minus(a, b)) / squaredLength(b));

/** Computes mean, standard deviation and ŷ = (y - mean) / sd of a unit over its batch. */
export function normalizeUnit(y: Vector): NormalizedUnit {
  const mean = meanOf(y);
  const centred = y.map((x) => x - mean);
  const sd = Math.sqrt(squaredLength(centred) / y.length);
  return { mean, sd, hat: times(centred, 1 / sd) };
}

/** Computes z = γ ŷ + β. */
export const batchNormOf = (y: Vector, gamma: number, beta: number): Vector =>
  normalizeUnit(y).hat.map((x) => gamma * x + beta);

function movement(y: Vector, v: Vector) {
  const { mean, sd } = normalizeUnit(y);
  const centred = y.map((x) => x - mean);
  const turned = meanOf(v);
  const movedCentred = v.map((x) => x - turned);
  const movedSd = dot(centred, movedCentred) / y.length / sd;
  const hat = movedCentred.map((x, i) => x / sd - (centred[i]! * movedSd) / sd ** 2);
  return { sd, centred, movedCentred, movedSd, hat };
}

/** Computes d = dL̂/dy from g, through the variance and the mean as Ioffe and Szegedy (2015) write it. */
export function backward(y: Vector, g: Vector, gamma: number): Vector {
  const { mean, sd } = normalizeUnit(y);
  const m = y.length;
  const centred = y.map((x) => x - mean);
  const ofHat = times(g, gamma);
  const ofVariance = (-0.5 * dot(ofHat, centred)) / sd ** 3;
  const ofMean = -meanOf(ofHat) / sd;
  return ofHat.map((x, i) => x / sd + (2 * centred[i]! * ofVariance) / m + ofMean);
}

/**
 * Computes the Hessian of L̂ times v, the change of d = dL̂/dy as y moves along v, by differentiating each line of
 * `backward`.
 */
export function backwardAlong({ y, g, gamma, hessian }: UnitLoss, v: Vector): Vector {
  const m = y.length;
  const { sd, centred, movedCentred, movedSd, hat } = movement(y, v);
  const ofHat = times(g, gamma);
  const movedOfHat = times(hessian(times(hat, gamma)), gamma);
  const along = dot(ofHat, centred);
  const ofVariance = (-0.5 * along) / sd ** 3;
  const movedOfVariance =
    (1.5 * along * movedSd) / sd ** 4 - (0.5 * (dot(movedOfHat, centred) + dot(ofHat, movedCentred))) / sd ** 3;
  const movedOfMean = -meanOf(movedOfHat) / sd + (meanOf(ofHat) * movedSd) / sd ** 2;
  return ofHat.map(
    (x, i) =>
      movedOfHat[i]! / sd -
      (x * movedSd) / sd ** 2 +
      (2 * (movedCentred[i]! * ofVariance + centred[i]! * movedOfVariance)) / m +
      movedOfMean,
  );
}

/** Computes d by Fact C.1: d_b = γ/(mσ) (m g_b - Σ g_k - ŷ_b Σ g_k ŷ_k). */
export function backwardFormula(y: Vector, g: Vector, gamma: number): Vector {
  const { sd, hat } = normalizeUnit(y);
  const m = y.length;
  const [sum, along] = [m * meanOf(g), dot(g, hat)];
  return g.map((x, b) => (gamma / (m * sd)) * (m * x - sum - hat[b]! * along));
}

/**
 * Computes ‖d‖² by Theorem 4.1: γ²/σ² (‖g‖² - ⟨1,g⟩²/m - ⟨g,ŷ⟩²/m), an equality. The paper prints ≤ and ⟨g,ŷ⟩²/√m, but
 * ‖ŷ‖² is m: with √m the inequality is false wherever ⟨g,ŷ⟩ is not 0.
 */
export function gradientFormula(y: Vector, g: Vector, gamma: number): { corrected: number; printed: number } {
  const { sd, hat } = normalizeUnit(y);
  const m = y.length;
  const along = dot(g, hat) ** 2;
  const rest = squaredLength(g) - m * meanOf(g) ** 2;
  const factor = (gamma / sd) ** 2;
  return { corrected: factor * (rest - along / m), printed: factor * (rest - along / Math.sqrt(m)) };
}

/**
 * Computes the terms of Theorem 4.2: d'(d²L̂/dy²)d = γ²/σ² d'Hd - γ/(mσ²) ⟨g,ŷ⟩ ‖d‖², an equality (printed as ≤). The
 * second form has g'Hg for d'Hd and holds where d'Hd ≤ g'Hg. `kept` - `taken` is the right side, `second` - `taken`
 * that of the second form.
 */
export function curvatureFormula(
  y: Vector,
  g: Vector,
  gamma: number,
  { dHd, gHg }: { readonly dHd: number; readonly gHg: number },
): { kept: number; taken: number; second: number } {
  const { sd, hat } = normalizeUnit(y);
  const factor = (gamma / sd) ** 2;
  const taken = (gamma / (y.length * sd ** 2)) * dot(g, hat) * squaredLength(backwardFormula(y, g, gamma));
  return { kept: factor * dHd, taken, second: factor * gHg };
}

/**
 * Computes the Hessian of L̂ times v by equations 41 and 42, with ḡ = g - mean(g):
 *
 *     γ²/σ² [ P H P - 1/(mγ) ( ḡŷ' + ŷḡ' - (3/m) ⟨g,ŷ⟩ ŷŷ' + ⟨g,ŷ⟩ (I - 11'/m) ) ] v
 */
export function hessianFormula({ y, g, gamma, hessian }: UnitLoss, v: Vector): Vector {
  const { sd, hat } = normalizeUnit(y);
  const m = y.length;
  const project = (x: Vector): Vector => {
    const [mean, along] = [meanOf(x), dot(x, hat) / m];
    return x.map((value, i) => value - mean - along * hat[i]!);
  };
  const head = project(hessian(project(v)));
  const [gMean, vMean] = [meanOf(g), meanOf(v)];
  const centred = g.map((x) => x - gMean);
  const [gHat, hatV, centredV] = [dot(g, hat), dot(hat, v), dot(centred, v)];
  const factor = (gamma / sd) ** 2;
  return head.map((x, i) => {
    const own = centred[i]! * hatV + hat[i]! * (centredV - (3 / m) * gHat * hatV) + gHat * (v[i]! - vMean);
    return factor * (x - own / (m * gamma));
  });
}

/**
 * Computes the bound of Theorem 4.4, over inputs X of spectral norm λ at most, with g and ŷ held: max ‖X'g‖² = λ²‖g‖²
 * =: G, and
 *
 *     max ‖X'd‖² = γ²/σ² (G - λ² m mean(g)² - λ²/m ⟨g,ŷ⟩²)
 *
 * The paper prints G² for G and leaves out λ² and 1/m, whose dimensions do not agree.
 */
export function weightGradientFormula(
  y: Vector,
  g: Vector,
  gamma: number,
  lambda: number,
): { corrected: number; printed: number } {
  const { sd, hat } = normalizeUnit(y);
  const m = y.length;
  const worst = lambda ** 2 * squaredLength(g);
  const [mean, along] = [m * meanOf(g) ** 2, dot(g, hat) ** 2];
  const factor = (gamma / sd) ** 2;
  return {
    corrected: factor * (worst - lambda ** 2 * mean - (lambda ** 2 / m) * along),
    printed: factor * (worst ** 2 - mean - lambda ** 2 * along),
  };
}

/**
 * Computes the terms of Lemma 4.5: with k = ⟨W*,W₀⟩ / ‖W*‖² > 0, BN(k W* x) = BN(W* x), and kW* is nearer to the start
 * than W*: ‖W₀ - kW*‖² = ‖W₀ - W*‖² - (‖W*‖² - ⟨W*,W₀⟩)² / ‖W*‖². `left` is the left side, `distance` - `gain` the
 * right.
 */
export function nearestOnRay(
  initial: Vector,
  optimum: Vector,
): { k: number; left: number; distance: number; gain: number } {
  const size = squaredLength(optimum);
  const k = dot(optimum, initial) / size;
  const difference = minus(initial, optimum);
  return {
    k,
    left: squaredLength(minus(initial, times(optimum, k))),
    distance: squaredLength(difference),
    // ‖W*‖² - ⟨W*,W₀⟩, with the digits that the subtraction would lose.
    gain: dot(optimum, difference) ** 2 / size,
  };
}
