import { KeptNames } from "./kept-names.ts";

/** Ids of runs that are hidden, on every page, in tables and charts alike. */
export const hiddenRuns = new KeptNames("hidden-runs");
