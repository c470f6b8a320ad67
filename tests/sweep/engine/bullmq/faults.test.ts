import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fold, rootKey, uniform } from "../../../../src/core/random.ts";
import type { Engine } from "../../../../src/sweep/engine/engine.ts";
import { queueEngine } from "../../../../src/sweep/engine/bullmq/queue-engine.ts";
import { ClaimingCrew, isAlive, type Hand } from "../../../fixtures/claiming-crew.ts";
import { NO_POSTGRES, NO_REDIS, startPostgres, startRedis, type QueueServer } from "../../../fixtures/queue-servers.ts";
import { describeUnless } from "../../../fixtures/unless.ts";
import { waitFor } from "../../../fixtures/wait.ts";

/** Faults of each server; `npm run test:soak` asks for many more. */
const FAULTS = Number(process.env["GRADSTREAM_FAULTS"] ?? 10);
/** Of all that are asked for in pieces, the first one of this piece. */
const FROM = Number(process.env["GRADSTREAM_FAULTS_FROM"] ?? 0);
const WORKERS = 3;
const PER_TRY = 5;
const TAKES = 300;
const TIMES = { leaseMs: 2500, renewMs: 300, lookMs: 400, connectMs: 60_000, patienceMs: 90_000 };

interface Scene {
  readonly server: QueueServer;
  readonly crew: ClaimingCrew;
  readonly engine: Engine;
  /** Enqueues what is planned, not committed and not open. */
  readonly repair: () => Promise<void>;
}

/** What may happen to a worker that holds a trial, or to its server. */
const KINDS: Readonly<Record<string, (scene: Scene, victim: Hand) => Promise<void>>> = {
  async "worker killed"({ crew }, { process: child }) {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    await crew.start(TAKES);
  },
  async "worker stopped for longer than its lease"(scene, victim) {
    await lose(scene, victim, {
      stop: () => victim.process.kill("SIGSTOP"),
      goOn: () => victim.process.kill("SIGCONT"),
    });
  },
  async "cable cut for longer than the lease"(scene, victim) {
    await lose(scene, victim, { stop: victim.cable.hold, goOn: victim.cable.resume });
  },
  async "connections broken"(_, victim) {
    victim.cable.cut();
  },
  async "server crashed"({ server }) {
    await server.restart();
  },
  async "server emptied"({ server, repair }) {
    await server.empty();
    await repair();
  },
};

/** Takes the lease of a worker by stopping it, and lets it go on: unless it was ready just before, it is refused. */
async function lose(
  { crew, engine }: Scene,
  { said, errors, process: child }: Hand,
  { stop, goOn }: { readonly stop: () => unknown; readonly goOn: () => unknown },
): Promise<void> {
  const { token, trialId } = said.at(-1)!;
  stop();
  const before = new Set(crew.said().map((one) => one.token));
  const isTaken = await waitFor(async () => {
    const isClaimed = crew.said().some((one) => one.trialId === trialId && !before.has(one.token));
    const isOver = !(await engine.open()).some((one) => one.trialId === trialId);
    expect(isClaimed || isOver).toBe(true);
    return isClaimed;
  });
  goOn();
  const ended = await waitFor(() => {
    const found = said.find((one) => one.token === token && one.kind !== "claimed");
    expect(found, `${child.exitCode ?? child.signalCode ?? "alive"} ${errors()}`).toBeDefined();
    return found!;
  });
  if (isTaken) expect(ended).toMatchObject({ kind: "stale", isAborted: true });
}

for (const [name, missing, start] of [
  ["Redis", NO_REDIS, startRedis],
  ["PostgreSQL", NO_POSTGRES, startPostgres],
] as const) {
  describeUnless(missing, `a sweep through ${name}`, () => {
    let server: QueueServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.close());

    it(
      `ends with one result per trial after ${FAULTS} faults, from number ${FROM} on`,
      { timeout: 300_000 + FAULTS * 30_000 },
      async ({ onTestFinished }) => {
        const options = { ...TIMES, sweepId: "faults" };
        const engine = await queueEngine(server.url, { ...options, tell: () => undefined });
        const crew = new ClaimingCrew(server, options);
        onTestFinished(async () => {
          await crew.close();
          await engine.close();
        });
        await Promise.all(Array.from({ length: WORKERS }, () => crew.start(TAKES)));
        const planned: string[] = [];
        const repair = async () => {
          const open = new Set((await engine.open()).map(({ trialId }) => trialId));
          const committed = new Set(crew.committed());
          await engine.enqueue(planned.filter((trialId) => !open.has(trialId) && !committed.has(trialId)));
        };
        const scene: Scene = { server, crew, engine, repair };
        const kinds = Object.keys(KINDS);

        const moments = uniform(fold(rootKey(7), FROM), FAULTS * 100, 0, TAKES);
        for (let fault = 0, tries = 0; fault < FAULTS; tries++) {
          const more = Array.from({ length: PER_TRY }, (_, i) => `${tries}/${i}`);
          planned.push(...more);
          await engine.enqueue(more);
          const victim = await waitFor(() => {
            const [first] = crew.busy();
            expect(first, crew.all.map(({ errors }) => errors()).join("")).toBeDefined();
            return first!;
          });
          await delay(moments[tries]);
          // It may have ended its trial meanwhile.
          if (!crew.busy().includes(victim)) continue;
          await KINDS[kinds[(FROM + fault++) % kinds.length]!]!(scene, victim);
        }
        await waitFor(async () => {
          await repair();
          expect([...crew.committed()].sort()).toEqual([...planned].sort());
          expect(await engine.open()).toEqual([]);
        });

        const said = crew.said();
        for (const trialId of planned) {
          const accepted = said.filter((one) => one.trialId === trialId && one.kind === "completed");
          expect(accepted.length, trialId).toBeLessThanOrEqual(1);
        }
        const claims = said.filter(({ kind }) => kind === "claimed");
        expect(new Set(claims.map(({ token }) => token)).size).toBe(claims.length);
        // Of the others, each was killed here: none ended by itself.
        const ended = crew.all.filter((hand) => !isAlive(hand) && hand.process.signalCode !== "SIGKILL");
        expect(ended.map(({ process: child, errors }) => `${child.exitCode}: ${errors()}`)).toEqual([]);
        expect(crew.all.filter(isAlive)).toHaveLength(WORKERS);
      },
    );
  });
}
