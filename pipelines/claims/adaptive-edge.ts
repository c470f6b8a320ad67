import type { ExperimentClaims } from "gradstream";

/**
 * Of each seed a number of the largest eigenvalue over the edge of its arm, in the second half; `arrived` is the first step there
 * at which it is at the edge.
 */
const eigenvalues = (arm: string, probe: string, edge: string, number: string): string =>
  `WITH scaled AS (
     SELECT seed, step, (hyper ->> 'momentum')::DOUBLE AS m, value / (${edge}) AS edges FROM reading
     WHERE arm = '${arm}' AND probe = '${probe}' AND stat = 'eigenvalue' AND step * 2 >= steps
   ), followed AS (SELECT *, min(step) FILTER (edges >= 1) OVER (PARTITION BY seed) AS arrived FROM scaled)
   SELECT seed, ${number} AS value FROM followed GROUP BY seed`;
const SINCE_ARRIVED = "min(edges) FILTER (step >= arrived)";
const ofAdam = (number: string): string =>
  eigenvalues("adam", "preconditioned_hessian", "(2 + 2 * m) / ((1 - m) * (hyper ->> 'adamRate')::DOUBLE)", number);
const ofMomentum = (number: string): string =>
  eigenvalues("momentum", "hessian", "(2 + 2 * m) / (hyper ->> 'sgdRate')::DOUBLE", number);

/** That the median of the second half is at the edge. */
const atEdge = (arm: string, of: (number: string) => string) => [
  {
    what: `largest eigenvalue over the edge, median of the second half, ${arm}`,
    arms: [arm],
    sql: of("median(edges)"),
    atLeast: 0.9,
    atMost: 1.1,
    paperValue: 1,
    why: "At the edge is within a tenth of it: below, training is stable and the eigenvalue rises on.",
  },
];

export const claims: ExperimentClaims = {
  adamComesToItsEdge: {
    statement: "Under full-batch Adam the largest eigenvalue of P⁻¹H comes to (2 + 2β₁) / ((1 - β₁) rate).",
    source: "Cohen et al. 2022",
    seeds: 1,
    steps: 800,
    measures: atEdge("adam", ofAdam),
  },
  momentumComesToItsEdge: {
    statement: "Under descent with momentum μ that of H comes to (2 + 2μ) / rate.",
    source: "Cohen et al. 2021 and 2022",
    seeds: 1,
    steps: 800,
    measures: atEdge("momentum", ofMomentum),
  },
  hoversSteadily: {
    statement: "Both hover there: once at the edge in the second half, they do not come down from it.",
    source: "Cohen et al. 2022",
    seeds: 1,
    steps: 800,
    measures: [
      {
        what: "largest eigenvalue over the edge, the smallest of the second half since it was there, adam",
        arms: ["adam"],
        sql: ofAdam(SINCE_ARRIVED),
        atLeast: 0.9,
        why: "At the edge is within a tenth of it.",
      },
      {
        what: "largest eigenvalue over the edge, the smallest of the second half since it was there, momentum",
        arms: ["momentum"],
        sql: ofMomentum(SINCE_ARRIVED),
        atLeast: 0.9,
        why: "At the edge is within a tenth of it.",
      },
    ],
  },
};
