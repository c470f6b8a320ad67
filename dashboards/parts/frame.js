// What surrounds every page: navigation, title, connection, banner, empty states, live region.

import { element } from "./element.js";
import { setText } from "./legend.js";
import { counted } from "/view/numbers.js";
import { urlState } from "./url-state.js";

const PAGES = [
  ["/", "Overview"],
  ["/activations.html", "Activations"],
  ["/ics.html", "Covariate shift"],
  ["/landscape.html", "Landscape"],
  ["/gradients.html", "Gradients"],
  ["/compare.html", "Compare"],
  ["/paper.html", "Claims and figures"],
  ["/sql.html", "SQL"],
];
const THEMES = { "": "Colours of the system", light: "Light", dark: "Dark" };

export class Frame {
  #links;

  constructor({ title, question, feed }) {
    this.title = title;
    this.feed = feed;
    const here = location.pathname === "/index.html" ? "/" : location.pathname;
    this.#links = PAGES.map(([path, name]) =>
      element("a", { href: path, "data-path": path, "aria-current": path === here && "page" }, name),
    );
    this.about = element("p", { class: "about" });
    this.pill = element("span");
    this.announcer = element("p", { class: "visually-hidden", id: "announcer", role: "status", "aria-live": "polite" });
    this.bannerText = element("p", { id: "banner-text" });
    const retry = element("button", { type: "button", id: "retry", onclick: () => feed.retryNow() }, "Try now");
    this.banner = element("div", { class: "banner", id: "banner", hidden: true }, this.bannerText, retry);
    this.note = element("p", { class: "note", id: "skipped", hidden: true });
    this.welcomeTitle = element("h2", { id: "welcome-title" }, "Connecting…");
    this.welcomeText = element("p", { id: "welcome-text" });
    this.command = element("code", {}, "npx gradstream run noisy-batchnorm --scale quick");
    this.main = element("main", { id: "main", tabindex: -1 });
    const welcome = element(
      "section",
      { class: "welcome", "aria-labelledby": "welcome-title" },
      element("span", { class: "pulse", "aria-hidden": "true" }),
      this.welcomeTitle,
      this.welcomeText,
      this.command,
    );
    document.body.replaceChildren(
      element("a", { class: "skip", href: "#main" }, "Skip to the content"),
      element("header", {}, this.#top(), this.#head(title, question)),
      this.announcer,
      this.banner,
      this.note,
      welcome,
      this.main,
      footer(),
    );
    this.#carryState();
    urlState.subscribe(() => this.#carryState());
    setInterval(() => this.#showConnection(), 1000);
  }

  /** Shows how connection and runs stand; `stage` is empty, waiting, running or ended. */
  update({ connection, selection }) {
    const before = this.connection;
    if (connection.state === "disconnected" && before?.state === "live") this.lostAt = new Date();
    if (connection.state === "live") this.lostAt = undefined;
    Object.assign(this, { connection, selection });
    this.stage = stageOf(selection);
    document.title = `${this.title}${selection.experiment ? `, ${selection.experiment}` : ""} – gradstream`;
    setText(this.about, aboutOf(selection));
    this.#showConnection();
  }

  skipped(count) {
    this.note.hidden = count === 0;
    setText(
      this.note,
      `This page was too slow for ${counted(count, "reading")}; of each series it has the newest. The store has them all: reload to see them.`,
    );
  }

  #top() {
    const select = element(
      "select",
      { "aria-label": "Colours" },
      ...Object.entries(THEMES).map(([value, text]) => element("option", { value }, text)),
    );
    select.value = urlState.get("theme", "");
    select.addEventListener("change", () => urlState.set({ theme: select.value }, { replace: true }));
    return element(
      "div",
      { class: "top" },
      element("a", { class: "brand", href: "/" }, "gradstream"),
      element("nav", { "aria-label": "Pages" }, ...this.#links),
      select,
    );
  }

  #head(title, question) {
    const pill = element("p", { class: "pill", id: "connection" }, element("span", { class: "dot" }), this.pill);
    return element(
      "div",
      { class: "head" },
      element(
        "div",
        { class: "title" },
        element("h1", {}, title),
        element("p", { class: "question" }, question),
        this.about,
      ),
      pill,
    );
  }

  #carryState() {
    for (const link of this.#links) link.setAttribute("href", link.dataset.path + urlState.shared());
  }

  #showConnection() {
    if (!this.connection) return;
    const { connection, selection, stage } = this;
    const lost =
      connection.state === "disconnected" || (connection.state === "connecting" && this.lostAt !== undefined);
    Object.assign(document.body.dataset, { connection: lost ? "disconnected" : connection.state, stage });
    const going = selection.runs.filter(({ status }) => status === "running").length;
    const texts = { empty: "no runs yet", waiting: "waiting for the first step…", ended: "finished" };
    const live = texts[stage] ?? `live, ${going} of ${counted(selection.runs.length, "run")} going`;
    const gone = stage === "ended" ? "finished, server closed" : "disconnected";
    setText(this.pill, lost ? gone : connection.state === "connecting" ? "connecting…" : live);
    this.banner.hidden = !lost;
    if (lost) setText(this.bannerText, this.#lostText(stage));
    this.#welcome(lost);
    setText(
      this.announcer,
      lost ? "Connection lost. What has arrived stays on the page." : announcement(stage, selection, connection),
    );
  }

  #welcome(lost) {
    const connecting = this.connection.state === "connecting";
    setText(this.welcomeTitle, lost ? "No connection to gradstream" : connecting ? "Connecting…" : "No runs yet");
    setText(
      this.welcomeText,
      lost
        ? "Is it still running? This page connects by itself as soon as it is back."
        : "This page follows a training run while it happens, by itself. Start one:",
    );
    this.command.hidden = lost || connecting;
  }

  #lostText(stage) {
    const when = this.lostAt === undefined ? "" : ` at ${this.lostAt.toLocaleTimeString()}`;
    const wait = Math.max(0, Math.ceil(((this.connection.retryAt ?? 0) - Date.now()) / 1000));
    const retry =
      this.connection.state === "connecting" || wait === 0 ? "Trying again now…" : `Trying again in ${wait} s.`;
    const reason = this.connection.reason ? ` (${this.connection.reason})` : "";
    return stage === "ended"
      ? `The server has closed${when}. All runs had ended: these are the final numbers. ${retry}`
      : `Connection lost${when}${reason}. What had arrived stays here; nothing recorded is lost. ${retry}`;
  }
}

function stageOf({ runs, live, started }) {
  if (runs.length === 0) return "empty";
  if (!live) return "ended";
  return started ? "running" : "waiting";
}

function aboutOf({ runs, experiment }) {
  const distinct = (key) => {
    const values = [...new Set(runs.map((run) => run[key]).filter(Boolean))];
    return values.length > 2 ? counted(values.length, key) : values.join("; ");
  };
  return [experiment, ...["network", "dataset", "backend"].map(distinct)].filter(Boolean).join(" · ");
}

/** Told to screen readers: changes of state, not steps. */
function announcement(stage, { runs }, connection) {
  if (stage === "empty") return connection.state === "live" ? "Connected. No runs yet." : "Connecting.";
  if (stage === "waiting") return "Connected. Waiting for the first step.";
  if (runs.length > 12)
    return `${counted(runs.length, "run")}, ${runs.filter(({ status }) => status === "running").length} running.`;
  return runs.map(({ arm, seed, status }) => `${arm}, seed ${seed}: ${status}`).join(". ");
}

function footer() {
  const code = (text) => element("code", {}, text);
  return element(
    "footer",
    {},
    element(
      "p",
      {},
      "After Santurkar et al., “How Does Batch Normalization Help Optimization?” (2018). Drag across a chart to zoom, double-click to see all steps. Everything drawn here is recorded: ",
      code("gradstream runs"),
      " lists it, ",
      code('gradstream sql "FROM run_summary"'),
      " queries it.",
    ),
  );
}
