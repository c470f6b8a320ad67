import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openStore } from "../../src/run/command-line/open-store.ts";

const page = readFileSync("docs/reproduction/index.html", "utf8");

it("has a report on just the runs and verdicts that are shipped: npm run docs:reproduction", async () => {
  const store = await openStore("data/reproduction", { readOnly: true });
  try {
    const { rows: runs } = await store.query("SELECT run_id FROM run WHERE status IN ('completed', 'diverged')");
    const ids = runs.map(([id]) => String(id));
    expect(ids.length).toBeGreaterThan(0);
    const supplement = ids.filter((id) => !page.includes(id));
    if (supplement.length > 0) {
      const wide = readFileSync("docs/reproduction/full-width/index.html", "utf8");
      expect(supplement.filter((id) => !wide.includes(id))).toEqual([]);
    }
    const { rows: verdicts } = await store.query("SELECT claim_id, verdict FROM claim WHERE scale = 'small'");
    for (const [id, verdict] of verdicts) {
      const claim = new RegExp(`<tbody id="claim-${String(id)}">.*?</tr>`).exec(page)?.[0].toLowerCase();
      expect(claim, String(id)).toContain(`</span> ${String(verdict)}</span>`);
    }
  } finally {
    await store.close();
  }
});
