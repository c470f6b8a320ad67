/** Tables and views that a store has beside its own book-keeping, as `gradstream sql --help` lists them. */
export const SQL_NAMES: Readonly<Record<"tables" | "views" | "papers" | "figures", readonly string[]>> = {
  tables: [
    "run",
    "reading",
    "histogram",
    "event",
    "sweep",
    "trial",
    "attempt",
    "claim",
    "claim_measure",
    "paper_curve",
    "removed_run",
  ],
  views: ["curve", "run_summary", "latest_run", "sweep_result", "sweep_setting", "probe_cost"],
  papers: ["paper_run", "paper_reading", "paper_histogram", "paper_layer", "paper_accuracy"],
  figures: "1a 1b 1c 2 2_right 3a 3b 4a 4b 4c 5a 5b 6 8a 8b 9 10a 10b 10c 11a 11b 12a 12b 12c 12d 13a 13b 13c 13d"
    .split(" ")
    .map((id) => `figure_${id}`),
};
