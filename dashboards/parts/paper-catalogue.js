let asked;

/** `{ figures, claims }` of the paper as the server has them: titles, captions, statements, and the SQL of the figures. */
export function paperCatalogue() {
  asked ??= window.fetch("/paper.json").then((answer) => {
    if (!answer.ok) throw new Error(`the server has no list of the paper's figures (${answer.status})`);
    return answer.json();
  });
  return asked;
}
