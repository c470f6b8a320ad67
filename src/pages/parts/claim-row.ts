import { criterionOf, measuredText, paperText, spreadText } from "../../view/criterion.ts";
import { counted } from "../../view/numbers.ts";
import type { ClaimRow, FiledMeasure } from "./claim-rows.ts";
import { element } from "./element.ts";

const MARKS: Readonly<Record<string, string>> = {
  reproduced: "good",
  "not reproduced": "bad",
  "not testable": "open",
  "not judged yet": "none",
};

/** Draws a verdict as a row: the measure that decided in its columns, all of them under what the claim says. */
export function claimRow({ paper, statement, judged, measures }: ClaimRow, several: boolean): HTMLElement {
  const { claim_id: id, experiment, scale, verdict, measured, threshold, paper_value: theirs, detail } = judged;
  const whose = paper === undefined ? experiment : several ? paper.title : "";
  const more = [whose, scale].filter((text) => text !== "").join(", ");
  const source = paper === undefined ? judged.source : undefined;
  const mark = MARKS[verdict] ?? "none";
  const decided = measures.find(({ passed }) => passed === false) ?? measures[0];
  const cell = (label: string, ...children: HTMLElement[]): HTMLElement =>
    element("td", { role: "cell", "data-label": label }, ...children);
  const number = (label: string, text: string): HTMLElement =>
    element("td", { role: "cell", class: "number", "data-label": label }, text);
  return element(
    "tr",
    { role: "row", "data-claim": id, "data-paper": paper?.name ?? "", "data-scale": scale, "data-mark": mark },
    element(
      "th",
      { role: "rowheader" },
      more ? `${id} ` : id,
      more ? element("span", { class: "more" }, more) : undefined,
    ),
    cell(
      "What it says",
      element("span", {}, statement),
      ...(source ? [element("span", { class: "source" }, source)] : []),
      ...measureLists(measures),
      ...(detail ? [element("span", { class: "detail" }, detail)] : []),
    ),
    cell("Verdict", element("span", { class: `verdict ${mark}` }, verdict)),
    number("Measured", measuredText(measured, decided?.unit)),
    number("Threshold", decided ? criterionOf(decided) : measuredText(threshold)),
    number("Paper", measuredText(theirs, decided?.unit)),
  );
}

/** Lists the measures of a claim that has several; those without a number unfold. */
function measureLists(measures: readonly FiledMeasure[]): HTMLElement[] {
  if (measures.length < 2) return [];
  const listOf = (some: readonly FiledMeasure[]) => element("ul", { class: "measures" }, ...some.map(measureItem));
  const [known, open] = [true, false].map((has) => measures.filter(({ measured }) => (measured !== null) === has));
  const title = `${counted(open!.length, "measure")} without a number`;
  return [
    ...(known!.length > 0 ? [listOf(known!)] : []),
    ...(open!.length > 0
      ? [element("details", { class: "unmeasured" }, element("summary", {}, title), listOf(open!))]
      : []),
  ];
}

/** Writes `met: mean accuracy, points: 3.2 points (3 to 3.5), ≥ 2 points; the paper 5 points`. */
function measureItem(measure: FiledMeasure): HTMLElement {
  const { what, unit, measured, low, high, paper_value: theirs, passed } = measure;
  const word = passed === null ? (measured === null ? "no value" : "not judged") : passed ? "met" : "missed";
  const number = `${measuredText(measured, unit)}${spreadText(low, high)}`;
  const text = ` ${what}: ${number}, asked ${criterionOf(measure)}${paperText(theirs, unit)}`;
  const tone = passed === null ? "open" : passed ? "good" : "bad";
  return element("li", {}, element("b", { class: `passed ${tone}` }, word), text);
}
