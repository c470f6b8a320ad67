import type { FigureRows } from "../../view/figure-rows.ts";

/** A figure of the paper: how it is drawn, and the SQL that gives its rows. */
export type PaperFigure = FigureRows["figure"] & {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly experiment: string;
  readonly sql: string;
  readonly rules?: string;
};

/** The paper as the server has it. */
export interface PaperCatalogue {
  readonly figures: readonly PaperFigure[];
  readonly claims: readonly { readonly id: string; readonly statement: string }[];
}

let asked: Promise<PaperCatalogue> | undefined;

/** Asks for it once. */
export function paperCatalogue(): Promise<PaperCatalogue> {
  asked ??= fetch("/paper.json").then((answer) => {
    if (!answer.ok) throw new Error(`the server has no list of the paper's figures (${answer.status})`);
    return answer.json() as Promise<PaperCatalogue>;
  });
  return asked;
}
