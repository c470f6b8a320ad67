/** A horizontal line. */
export interface HorizontalRule {
  readonly label: string;
  readonly value: number;
}

/** How a rule and its name are drawn; `ink` is a colour of the palette. */
export const RULE_STYLE = { ink: "muted", width: 1, dash: [6, 4] } as const;

/** Gives the rules that an axis can show; those of one value share a line and a name, `1 / least η = 2 / learning rate`. */
export function mergedRules(rules: readonly HorizontalRule[], log = false): HorizontalRule[] {
  const merged = new Map<number, { value: number; labels: Set<string> }>();
  for (const { label, value } of rules) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    const key = Number(value.toPrecision(6));
    const known = merged.get(key) ?? { value, labels: new Set() };
    known.labels.add(label);
    merged.set(key, known);
  }
  return [...merged.values()].map(({ value, labels }) => ({ label: [...labels].join(" = "), value }));
}
