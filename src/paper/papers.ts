import { extensionsOf } from "./extensions.ts";
import type { Paper } from "./paper.ts";
import { SANTURKAR_2018 } from "./santurkar-2018/paper.ts";

/** The papers that are reproduced, first the one that is meant where none is named. */
export const PAPERS: readonly Paper[] = [SANTURKAR_2018];

/** What a store is opened with that has their curves, views and verdicts. */
export const PAPER_EXTENSIONS = extensionsOf(PAPERS);
