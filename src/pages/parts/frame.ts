// What surrounds every page: navigation, title, connection, banner, empty states, live region.

import type { ConnectionState, Feed } from "../../feed/client/index.ts";
import { counted } from "../../view/numbers.ts";
import type { Context, Selection } from "./context.ts";
import { copied } from "./copied.ts";
import { copyButton } from "./copy-button.ts";
import { element } from "./element.ts";
import { aboutOf, announcement, experimentsOf, lostText, type Stage, stageOf, stageText } from "./frame-text.ts";
import { footer, head, navigation, themeChoice } from "./frame-furniture.ts";
import { KnownSweeps } from "./known-sweeps.ts";
import { setText } from "./legend.ts";
import { badgeOf } from "./news-of.ts";
import { Notifier } from "./notifier.ts";
import { queuedTrials, wholeProgress } from "./whole-progress.ts";

interface FrameOptions {
  readonly title: string;
  readonly question: string;
  readonly feed: Feed;
}

interface Shown {
  readonly connection: ConnectionState;
  readonly selection: Selection;
  readonly stage: Stage;
  /** How far all is that is trained here. */
  readonly whole: string | undefined;
}

export class Frame {
  readonly main = element("main", { id: "main", tabindex: -1 });
  readonly #navigation = navigation();
  readonly #notifier = new Notifier();
  readonly #title: string;
  readonly #about = element("p", { class: "about" });
  readonly #pill = element("span");
  readonly #announcer = element("p", {
    class: "visually-hidden",
    id: "announcer",
    role: "status",
    "aria-live": "polite",
  });
  readonly #bannerText = element("p", { id: "banner-text" });
  readonly #banner: HTMLElement;
  readonly #note = element("p", { class: "note", id: "skipped", hidden: true });
  readonly #welcomeTitle = element("h2", { id: "welcome-title" }, "Connecting…");
  readonly #welcomeText = element("p", { id: "welcome-text" });
  readonly #command = copied("npx gradstream run noisy-batchnorm --scale quick");
  /** Dims what there is nothing for. */
  #dim = (): void => undefined;
  readonly #sweeps = new KnownSweeps(() => this.#dim());
  #shown: Shown | undefined;
  /** When the connection was lost. */
  #lostAt: Date | undefined;

  constructor({ title, question, feed }: FrameOptions) {
    this.#title = title;
    const retry = element("button", { type: "button", id: "retry", onclick: () => feed.retryNow() }, "Try now");
    this.#banner = element("div", { class: "banner", id: "banner", hidden: true }, this.#bannerText, retry);
    const welcome = element(
      "section",
      { class: "welcome", "aria-labelledby": "welcome-title" },
      element("span", { class: "pulse", "aria-hidden": "true" }),
      this.#welcomeTitle,
      this.#welcomeText,
      this.#command,
    );
    const link = copyButton("Copy link", () => location.href);
    const top = element("div", { class: "top" }, ...this.#navigation.nodes);
    const tools = [this.#notifier.node, link, themeChoice()];
    document.body.replaceChildren(
      element("a", { class: "skip", href: "#main" }, "Skip to the content"),
      element("header", {}, top, head(title, question, this.#about, tools, this.#pill)),
      this.#announcer,
      this.#banner,
      this.#note,
      welcome,
      this.main,
      footer(),
    );
    setInterval(() => this.#showConnection(), 1000);
  }

  /** Shows how connection and runs stand. */
  update(context: Context): void {
    const { connection, selection, declared, declarations, runs } = context;
    this.#sweeps.update(context);
    this.#dim = () => this.#navigation.update(declared, selection.runs, this.#sweeps.has);
    this.#dim();
    const before = this.#shown?.connection;
    if (connection.state === "disconnected" && before?.state === "live") this.#lostAt = new Date();
    if (connection.state === "live") this.#lostAt = undefined;
    const queued = queuedTrials(declarations.filter(({ hyper }) => hyper !== null));
    const mine = queued.filter(({ experiment }) => experiment === selection.experiment);
    const [stage, whole] = [stageOf(selection, mine.length), wholeProgress(declarations, runs)];
    this.#shown = { connection, selection, stage, whole };
    this.#notifier.update(runs, queued.length);
    const of = experimentsOf(selection);
    document.title = `${badgeOf(selection.runs, mine)}${this.#title}${of ? `, ${of}` : ""} – gradstream`;
    setText(this.#about, aboutOf(selection));
    this.#showConnection();
  }

  skipped(count: number): void {
    this.#note.hidden = count === 0;
    setText(
      this.#note,
      `This page was too slow for ${counted(count, "reading")}; of each series it has the newest. The store has them all: reload to see them.`,
    );
  }

  #showConnection(): void {
    if (!this.#shown) return;
    const { connection, selection, stage, whole } = this.#shown;
    const lost =
      connection.state === "disconnected" || (connection.state === "connecting" && this.#lostAt !== undefined);
    Object.assign(document.body.dataset, { connection: lost ? "disconnected" : connection.state, stage });
    const going = stageText(stage, selection, whole);
    const gone = stage === "ended" ? "finished, server closed" : "disconnected";
    setText(this.#pill, lost ? gone : connection.state === "connecting" ? "connecting…" : going);
    this.#banner.hidden = !lost;
    if (lost) setText(this.#bannerText, lostText(stage, connection, this.#lostAt));
    this.#welcome(lost, connection.state === "connecting");
    setText(
      this.#announcer,
      lost ? "Connection lost. What has arrived stays on the page." : announcement(stage, selection, connection),
    );
  }

  #welcome(lost: boolean, connecting: boolean): void {
    setText(this.#welcomeTitle, lost ? "No connection to gradstream" : connecting ? "Connecting…" : "No runs yet");
    setText(
      this.#welcomeText,
      lost
        ? "Is it still running? This page connects by itself as soon as it is back."
        : "This page follows a training run while it happens, by itself. Start one:",
    );
    this.#command.hidden = lost || connecting;
  }
}
