export const BN = "batchNorm";
export const STD = "standard";
/** l_p normalizations with their names. */
export const LP = { l1Norm: "L1", l2Norm: "L2", lInfNorm: "L∞" };
