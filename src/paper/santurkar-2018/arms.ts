/** The paper's arms in its order, with their places among the colours; those that are never in one figure may share one. */
export const ARMS = {
  standard: 0,
  batchNorm: 1,
  noisyBatchNorm: 2,
  noisyStandard: 3,
  l1Norm: 2,
  l2Norm: 3,
  lInfNorm: 4,
} as const;
