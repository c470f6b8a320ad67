/** The ledger of sweeps. */
export const LEDGER_TABLES = ["sweep", "trial", "attempt"] as const;
