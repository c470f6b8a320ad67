import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStore, type Reading, type Run, type Store } from "gradstream";
import { type FeedServer, startServer } from "../src/feed/server/server.ts";
import type { ClientsReport, ToClients } from "./feed-clients.ts";

const CLIENTS = fileURLToPath(new URL("feed-clients.ts", import.meta.url));
const REGISTER = new URL("../src/run/register.js", import.meta.url).href;
const DASHBOARDS = fileURLToPath(new URL("../dashboards", import.meta.url));

export const aRun = (runId: string, steps: number): Run => ({
  runId,
  experiment: "bench",
  pipeline: "bench",
  arm: "a",
  seed: 0,
  hyper: {},
  steps,
  attempt: 1,
  backend: "none",
  dataset: "none",
  network: "none",
  codeVersion: "0",
  host: "0",
  startedAt: Date.now(),
});

export interface Bench {
  readonly store: Store;
  readonly server: FeedServer;
}

/** Runs `work` with a store and a server of its own. */
export async function withServer<T>(work: (bench: Bench) => Promise<T>, clientBudget?: number): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "gradstream-bench-"));
  const store = await openStore(join(folder, "feed.duckdb"));
  const server = await startServer({ store, port: 0, dashboardsDir: DASHBOARDS, clientBudget });
  try {
    return await work({ store, server });
  } finally {
    await server.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

/** Publishes and stores readings whose value is the time, until the returned function is called. */
export function publishLoad(bench: Bench, runId: string, perSecond: number): () => void {
  let published = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    // A machine that was busy elsewhere is not made busier afterwards.
    const due = Math.floor((Math.min(now - last, 100) * perSecond) / 1000);
    last = now;
    void publish(bench, runId, published / 100, due);
    published += due;
  }, 10);
  return () => clearInterval(timer);
}

/** Publishes and stores some readings; resolves when the store has taken them. */
export function publish({ server, store }: Bench, runId: string, step: number, count: number): Promise<void> {
  const value = performance.timeOrigin + performance.now();
  const fixed = { kind: "reading", step: Math.floor(step), probe: "load", stat: "time", value } as const;
  const records = Array.from({ length: count }, (_, i): Reading => ({ ...fixed, layer: i % 100 }));
  server.hub.publish(runId, records);
  return store.append(runId, records);
}

/** Many clients, in processes of their own. */
export class Clients {
  readonly #children: readonly ChildProcess[];
  readonly #each: number;

  constructor(clients: number, processes: number) {
    this.#each = clients / processes;
    this.#children = Array.from({ length: processes }, () => fork(CLIENTS, { execArgv: ["--import", REGISTER] }));
  }

  /** Resolves when all of them are subscribed and live. */
  async connect(url: string): Promise<void> {
    await this.#all({ url: `${url.replace("http", "ws")}feed`, clients: this.#each });
  }

  async leave(): Promise<void> {
    await this.#all({ leave: true });
  }

  /** What came since the report before. */
  async report(): Promise<ClientsReport> {
    const reports = (await this.#all({ report: true })) as ClientsReport[];
    const sum = (of: (report: ClientsReport) => number) => reports.reduce((total, report) => total + of(report), 0);
    return {
      connected: sum(({ connected }) => connected),
      readings: sum(({ readings }) => readings),
      delays: reports[0]!.delays.map((_, ms) => sum(({ delays }) => delays[ms]!)),
    };
  }

  end(): void {
    for (const child of this.#children) child.disconnect();
  }

  #all(message: ToClients): Promise<unknown[]> {
    return Promise.all(
      this.#children.map(async (child) => {
        child.send(message);
        const [answer] = (await once(child, "message")) as [unknown];
        return answer;
      }),
    );
  }
}
