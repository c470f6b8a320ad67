import { aRun, Clients, publishLoad, withServer } from "./feed-load.ts";
import { show, spread } from "./measure.ts";
import { trials, WARM } from "./train-once.ts";

/** A step of training on wasm while many clients follow a load of readings, against one while nobody does. */
export function feedTraining(clients: number, perSecond: number, steps: number, pairs: number): Promise<string[]> {
  return withServer(async (bench) => {
    const load = aRun("bench/load", 1e6);
    await bench.store.startRun(load);
    bench.server.hub.runStarted(load);
    const trial = await trials(bench, steps);
    const many = new Clients(clients, 2);
    const stop = publishLoad(bench, load.runId, perSecond);
    const watched = async () => {
      await many.connect(bench.server.url);
      const ms = await trial();
      await many.leave();
      return ms;
    };
    try {
      await trial();
      const [withClients, without]: [number[], number[]] = [[], []];
      for (let pair = 0; pair < pairs; pair++) {
        if (pair % 2 === 0) withClients.push(await watched());
        without.push(await trial());
        if (pair % 2 === 1) withClients.push(await watched());
      }
      const ratio = spread(withClients.map((ms, i) => ms / without[i]!));
      return [
        `training on wasm beside ${perSecond} readings/s (${pairs} pairs of ${steps - WARM} steps)`,
        `  a step: with ${clients} clients ${show(spread(withClients))} ms, without ${show(spread(without))} ms`,
        `  ratio ${show(ratio, 3)} (target: at most 1.02)`,
      ];
    } finally {
      stop();
      many.end();
    }
  });
}
