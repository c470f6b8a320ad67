import { expect, it } from "vitest";
import { checkEngine, goOnCommand } from "../../../src/sweep/command/go-on.ts";
import type { SweepCommandOptions } from "../../../src/sweep/command/options.ts";
import { DEFAULT_STORE } from "../../../src/run/command-line/default-store.ts";
import { manifest } from "../../fixtures/sweeps.ts";

const plain = { store: DEFAULT_STORE, sbatch: [] as readonly string[] } as SweepCommandOptions;

it.each([
  [{}, undefined, ""],
  [{ store: "s.duckdb" }, "/shared/all sweeps", " --store s.duckdb --place '/shared/all sweeps'"],
  [{ queue: "redis://u:secret@h:6379/1" }, undefined, " --queue redis://u@h:6379/1"],
  [
    { queue: "postgres://h/d?password=secret&a=b", receive: "h:1" },
    undefined,
    " --queue 'postgres://h/d?a=b' --receive h:1",
  ],
  [{ slurm: true, sbatch: ["--time=60", "-p gpu"] }, "/s", " --place /s --slurm --sbatch=--time=60 --sbatch='-p gpu'"],
])("goes on with what a sweep was told: %j", (more, place, said) => {
  expect(goOnCommand("p.ts", { ...plain, ...more }, place)).toBe(`gradstream sweep p.ts${said}`);
});

it("wants who hands its trials out, as it began", () => {
  checkEngine({ engine: undefined, manifest }, {});
  checkEngine({ engine: "embedded", manifest }, {});
  checkEngine({ engine: "slurm", manifest }, { slurm: true });
  checkEngine({ engine: "redis", manifest }, { queue: "redis://h" });
  expect(() => checkEngine({ engine: "slurm", manifest }, {})).toThrow(
    "sweep: s is trained by Slurm; give --slurm too",
  );
  expect(() => checkEngine({ engine: "postgres", manifest }, {})).toThrow(
    "sweep: s hands its trials out through a queue; give --queue postgres://… too",
  );
});
