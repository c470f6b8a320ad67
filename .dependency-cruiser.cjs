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
/** The same among the folders of src/run, which may import all below it. */
const within = (folder, to, comment) => ({
  name: `run-${folder}`,
  comment,
  severity: "error",
  from: { path: `^src/run/${folder}/` },
  to: {
    path: "^src/run/",
    pathNot: [folder, ...to].map((path) => `^src/run/${path}${path.includes(".") ? "$" : "/"}`),
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
/** Which layers papers look into. */
const LAYERS = "(layer-map|[^/]+/layers)\\.ts$";

module.exports = {
  forbidden: [
    only("core-stands-alone", "src/core/", [], "core knows nobody"),
    only("nn", "src/nn/", ["src/core/"], "networks are pure functions"),
    only("optim", "src/optim/", ["src/core/"], "optimizers are pure functions"),
    only("checkpoints", "src/checkpoints/", ["src/core/"], "files that training goes on from"),
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
    only("store", "src/store/", [...PLAIN, "src/core/check-record\\.ts$"], "the store cannot see a tensor"),
    only("paper", "src/paper/", [...PLAIN, "src/store/", "src/view/"], "the paper's claims are SQL over the store"),
    only(
      "pages",
      "src/pages/",
      ["src/view/", "src/feed/protocol/", "src/feed/client/", "src/core/(types|plain-text)\\.ts$"],
      "pages draw what the feed's client gives",
    ),
    only("view", "src/view/", ["src/core/theory-stats\\.ts$"], "how things look runs in browsers too"),
    only(
      "feed/protocol",
      "src/feed/protocol/",
      ["src/core/types\\.ts$"],
      "both sides of the wire know plain values only",
    ),
    only(
      "feed/server",
      "src/feed/server/",
      [...PLAIN, "src/core/pace\\.ts$", "src/feed/protocol/", "src/store/queries/types\\.ts$"],
      "the feed asks the store through types alone",
    ),
    only(
      "feed/client",
      "src/feed/client/",
      ["src/feed/protocol/", "src/core/(types|plain-text)\\.ts$"],
      "the client runs in browsers",
    ),
    only(
      "report",
      "src/report/",
      [...PLAIN, "src/core/shell-quoted\\.ts$", "src/view/", "src/paper/"],
      "a report sees rows, not stores",
    ),
    only("sinks", "src/sinks/", [...PLAIN, "src/store/", "src/feed/server/"], "sinks cannot see a tensor"),
    only(
      "experiment",
      "src/experiment/",
      ["src/core/", "src/data/"],
      "an experiment is a plain description; the context of a trial deals out data",
    ),
    within("terminal", [], "text for people"),
    within("process", [], "this process and its machine"),
    within("typescript", [], "how Node loads TypeScript"),
    within("pipeline", ["process", "terminal"], "a pipeline's module and what it gives"),
    within("worker", ["pipeline", "process", "register\\.js"], "a training thread knows no main thread"),
    within("owner", ["process"], "the process that writes to a store, for others"),
    within("sql", ["owner", "register\\.js"], "SQL of strangers, in processes of its own"),
    within("command-line", ["owner", "terminal", "worker"], "what several commands take and say"),
    within("serving", ["command-line", "sql"], "the live page"),
    within(
      "runner",
      ["command-line", "owner", "pipeline", "process", "serving", "terminal", "worker"],
      "the main thread's side of training",
    ),
    within("audit", ["pipeline"], "one step, written down"),
    within("watch", ["terminal"], "runs of another process, from its feed"),
    within("report", ["process", "terminal"], "reads what a report shows, and says where it is"),
    within("doctor", [], "tries backends in processes of their own"),
    within("completion", [], "what shells complete, written from the commands"),
    within(
      "check",
      ["command-line", "pipeline", "runner", "terminal", "typescript"],
      "looks at a pipeline without training it",
    ),
    within("reproduce", ["pipeline", "process", "runner", "terminal"], "the plan of a reproduction, and its runner"),
    within(
      "commands",
      [
        "audit",
        "check",
        "command-line",
        "completion",
        "doctor",
        "pipeline",
        "process",
        "report",
        "reproduce",
        "runner",
        "serving",
        "terminal",
        "watch",
      ],
      "one file per command; no folder imports a command",
    ),
    only("pipelines", "pipelines/", ["src/index\\.ts$"], "pipelines use the public door"),
    never(
      "layers-are-plain",
      `^src/paper/${LAYERS}`,
      `^(src|node_modules)/(?!paper/${LAYERS})`,
      "pipelines record what a paper's views read: their map of layers stands on nothing",
    ),
    never(
      "door-to-papers",
      "^src/(index\\.ts$|doors/)",
      `^src/paper/(?!${LAYERS})`,
      "of papers the public door has their layers alone",
    ),
    never("no-streams-below", "^src/(core|nn|optim|backend)/", "node_modules/rxjs/", "pure functions know no stream"),
    never(
      "no-tensors-at-the-sinks",
      "^src/(data|sinks|store|feed|paper|report|view|pages)/",
      TFJS,
      "plain values only",
    ),
    never(
      "tfjs-in-parts",
      "^(src/(?!core/tfjs-gradients\\.ts$)|pipelines/)",
      `${TFJS}tfjs/`,
      "an installed package has tfjs-core and the backends, not all of tfjs",
    ),
    never("nothing-below-run", "^src/(?!run/)", "^src/run/", "what runs knows everybody, and nobody it"),
    never("no-tests", "^(src|pipelines|bench|bin)/", "^tests/", "nothing depends on tests"),
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
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
