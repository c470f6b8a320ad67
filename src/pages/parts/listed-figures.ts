import type { PaperCatalogue, PaperFigure } from "./paper-catalogue.ts";

/** A figure as it is chosen. */
export interface ListedFigure {
  /** Its id; behind the paper's name, where it is not of the first paper. */
  readonly key: string;
  readonly name: string;
  readonly figure: PaperFigure;
}

/** Lists the figures of papers that have rows; two papers may have figures of the same id. */
export function listedFigures(papers: PaperCatalogue["papers"]): ListedFigure[] {
  return papers.flatMap(({ name: paper, title: of, figures }, i) =>
    figures
      .filter(({ kind }) => kind !== "diagram")
      .map((figure) => {
        const { id, title } = figure;
        const name = `${id} · ${title}`;
        return i === 0 ? { key: id, name, figure } : { key: `${paper}/${id}`, name: `${of} ${name}`, figure };
      }),
  );
}
