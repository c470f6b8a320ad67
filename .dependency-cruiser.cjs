/** Who may import whom: the arrows of docs/ARCHITECTURE.md. */
const only = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `^${from}` },
  to: {
    path: "^(src|pipelines|dashboards|tests|bench|bin|scripts)/",
    pathNot: [`^${from}`, ...to.map((path) => `^${path}`)],
  },
});
const never = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: to },
});
const TFJS = "node_modules/@tensorflow/";
const PLAIN = ["types", "errors", "plain-text"].map((file) => `src/core/${file}\\.ts$`);

module.exports = {
  forbidden: [
    only("core-stands-alone", "src/core/", [], "core knows nobody"),
    only("nn", "src/nn/", ["src/core/"], "networks are pure functions"),
    only("optim", "src/optim/", ["src/core/"], "optimizers are pure functions"),
    only("backend", "src/backend/", ["src/core/"], "backends register kernels of core"),
    only("operators", "src/operators/", ["src/core/"], "operators see networks through core's interfaces"),
    only("probes", "src/probes/", ["src/operators/", "src/core/"], "probes never see a network's layers"),
    only("data", "src/data/", [...PLAIN, "src/core/(random|options)\\.ts$"], "data sets give plain batches"),
    only(
      "setup",
      "src/setup/",
      [...PLAIN, "src/core/one-line\\.ts$", "src/backend/", "src/data/"],
      "what is set up is not run",
    ),
    only("store", "src/store/", PLAIN, "the store cannot see a tensor"),
    only("paper", "src/paper/", [...PLAIN, "src/store/", "src/view/"], "the paper's claims are SQL over the store"),
    only("wire", "src/wire/", ["src/core/types\\.ts$"], "both sides of the wire know plain values only"),
    only(
      "pages",
      "src/pages/",
      ["src/view/", "src/wire/", "src/client/", "src/core/(types|plain-text)\\.ts$"],
      "pages draw what the feed's client gives",
    ),
    only("view", "src/view/", ["src/core/theory-stats\\.ts$"], "how things look runs in browsers too"),
    only("feed", "src/feed/", [...PLAIN, "src/wire/"], "the feed cannot see a tensor"),
    only("client", "src/client/", ["src/wire/", "src/core/(types|plain-text)\\.ts$"], "the client runs in browsers"),
    only(
      "report",
      "src/report/",
      [...PLAIN, "src/core/shell-quoted\\.ts$", "src/view/", "src/paper/"],
      "a report sees rows, not stores",
    ),
    only("sinks", "src/sinks/", [...PLAIN, "src/store/", "src/feed/"], "sinks cannot see a tensor"),
    only(
      "experiment",
      "src/experiment/",
      ["src/core/", "src/data/"],
      "an experiment is a plain description; the context of a trial deals out data",
    ),
    only("pipelines", "pipelines/", ["src/index\\.ts$"], "pipelines use the public door"),
    never("no-streams-below", "^src/(core|nn|optim|backend)/", "node_modules/rxjs/", "pure functions know no stream"),
    never(
      "no-tensors-at-the-sinks",
      "^src/(data|sinks|store|wire|feed|client|paper|report|view|pages)/",
      TFJS,
      "plain values only",
    ),
    never("nothing-below-run", "^src/(?!run/)", "^src/run/", "what runs knows everybody, and nobody it"),
    never("no-tests", "^(src|pipelines|bench|bin)/", "^tests/", "nothing depends on tests"),
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: "\\.(d\\.ts|js)$" },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "src/backend/wasm/assembly" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
