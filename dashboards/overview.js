// The live page: feed -> model -> charts and table, drawn at most once per animation frame.

import { Arms } from "./arms.js";
import { Chart } from "./charts.js";
import { connectFeed } from "./feed-client.js";
import { Model } from "./model.js";
import { RunsTable } from "./runs-table.js";

const $ = (id) => document.getElementById(id);
const arms = new Arms($("arms"), () => schedule(true));
/** What the charts look at. */
const view = { model: new Model(), arms, layer: undefined, started: false, ended: false };
const table = new RunsTable($("runs-head"), $("runs-body"), arms);
const charts = [...document.querySelectorAll("[data-chart]")].map((section) => new Chart(section, view));
const selects = [...document.querySelectorAll("[data-layer]")];

/** The model that a snapshot is filling; shown once it is complete, so that a reconnection never blanks the page. */
let next = view.model;
let connection = { state: "connecting" };
let lostAt;
let structure = -1;
let fresh = false;
let frame;
let rest = 0;

const feed = connectFeed({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/feed`,
  onMessage(message) {
    if (message.type === "snapshot") {
      next = new Model();
      for (const run of message.runs) next.setRun(run);
    } else if (message.type === "records") next.addRecords(message);
    else if (message.type === "run") next.setRun(message);
    else if (message.type === "live") {
      view.model = next;
      table.clear();
      structure = -1;
    }
    if (next !== view.model) return;
    fresh = true;
    schedule();
  },
  onConnection(now) {
    if (now.state === "disconnected" && connection.state === "live") lostAt = new Date();
    connection = now;
    if (now.state === "live") lostAt = undefined;
    schedule();
  },
});

/** Draws with the next frame; after a drawing, pixels included, the page gets twice as long to breathe. */
function schedule(rebuild = false) {
  if (rebuild) structure = -1;
  frame ??= setTimeout(() => requestAnimationFrame(draw), rest);
}

function draw() {
  frame = undefined;
  const began = performance.now();
  const { model } = view;
  const runs = [...model.runs.values()];
  view.started = model.steps.length > 0;
  view.ended = runs.length > 0 && runs.every(({ state }) => state.status !== "running");
  arms.learn(runs);
  drawHeader(runs);
  if (runs.length > 0) {
    table.draw(runs);
    if (structure === model.structure) {
      if (fresh) for (const chart of charts) chart.draw();
    } else {
      structure = model.structure;
      fillLayers(model.layers);
      for (const chart of charts) chart.rebuild();
    }
  }
  fresh = false;
  requestAnimationFrame(() => setTimeout(() => (rest = Math.max(0, 2 * (performance.now() - began) - 60))));
}

function drawHeader(runs) {
  const stage = runs.length === 0 ? "empty" : view.ended ? "ended" : view.started ? "running" : "waiting";
  const lost = connection.state === "disconnected" || (connection.state === "connecting" && lostAt !== undefined);
  document.body.dataset.connection = lost ? "disconnected" : connection.state;
  document.body.dataset.stage = stage;
  const names = new Set(runs.map(({ state }) => state.experiment));
  const title = [...names].join(", ") || "Training";
  document.title = `${title} – gradstream`;
  $("experiment").textContent = title;
  const distinct = (key) => [...new Set(runs.map(({ state }) => state[key]))].join("; ");
  $("about").textContent = ["network", "dataset", "backend"].map(distinct).filter(Boolean).join(" · ");
  const running = runs.filter(({ state }) => state.status === "running").length;
  const text = { ended: "finished", waiting: "waiting for the first step…", empty: "waiting for a run…" }[stage];
  $("connection-text").textContent = lost
    ? stage === "ended"
      ? "finished, server closed"
      : "disconnected"
    : connection.state === "connecting"
      ? "connecting…"
      : (text ?? `live, ${running} of ${runs.length} ${runs.length === 1 ? "run" : "runs"} going`);
  $("banner").hidden = !lost;
  $("welcome-title").textContent = lost
    ? "No connection to gradstream"
    : connection.state === "connecting"
      ? "Connecting…"
      : "Waiting for the first run…";
  $("welcome-text").textContent = lost
    ? "Is it still running? This page connects by itself as soon as it is back."
    : "The charts appear with the first step. This page follows by itself; there is nothing to press.";
  if (lost) drawBanner(stage);
  announce(lost ? "Connection lost. What has arrived stays on the page." : statusText(stage, runs));
}

function drawBanner(stage) {
  const when = lostAt === undefined ? "" : ` at ${lostAt.toLocaleTimeString()}`;
  const wait = Math.max(0, Math.ceil(((connection.retryAt ?? 0) - Date.now()) / 1000));
  const retry = connection.state === "connecting" || wait === 0 ? "Trying again now…" : `Trying again in ${wait} s.`;
  $("banner-text").textContent =
    stage === "ended"
      ? `The server has closed${when}. All runs had ended: these are the final numbers. ${retry}`
      : `Connection lost${when}. What had arrived stays here; nothing recorded is lost. ${retry}`;
}

function statusText(stage, runs) {
  if (stage === "empty") return connection.state === "live" ? "Connected. Waiting for the first run." : "Connecting.";
  if (stage === "waiting") return "Connected. Waiting for the first step.";
  return runs.map(({ state }) => `${state.arm}, seed ${state.seed}: ${state.status}`).join(". ");
}

/** Tells a screen reader about changes of state, not about every step. */
function announce(text) {
  if ($("announcer").textContent !== text) $("announcer").textContent = text;
}

function fillLayers(layers) {
  if (!layers.includes(view.layer)) view.layer = layers.at(-1);
  for (const select of selects) {
    select.replaceChildren(...layers.map((layer) => new window.Option(layer, layer, false, layer === view.layer)));
    select.parentElement.hidden = layers.length === 0;
  }
}

for (const select of selects) {
  select.addEventListener("change", () => {
    view.layer = Number(select.value);
    schedule(true);
  });
}
$("retry").addEventListener("click", () => feed.retryNow());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => schedule(true));
setInterval(() => schedule(), 1000);

/** For tests: the lines as drawn, and how the page stands. */
window.gradstream = {
  series: () => charts.flatMap((chart) => chart.drawn()),
  state: () => ({ ...document.body.dataset }),
};
