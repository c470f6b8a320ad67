import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PYTHON = process.env["PYTHON"] ?? "python3";

/** What a process trains: Algorithm 1's noise, readings of every step, both, or nothing but steps. */
export type Kind = "plain" | "noise" | "cheap" | "measured" | "plainly-measured";

export interface Training {
  readonly kind: Kind;
  readonly backend: "tensorflow" | "wasm";
  readonly norm: "batchNorm" | "none";
  /** Filters of the first stage. */
  readonly width: number;
  readonly batch: number;
  readonly threads: number;
}

export interface Sample {
  /** Milliseconds per step. */
  readonly ms: number;
  /** Peak memory of the process, MiB. */
  readonly memory: number;
}

/** A process that trains so many steps when asked, and says how long that took. */
export interface Peer {
  readonly train: (steps: number) => Promise<Sample>;
  readonly end: () => void;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Starts a peer. */
export function startPeer(who: "gradstream" | "PyTorch", training: Training): Peer {
  const { kind, backend, norm, width, batch, threads } = training;
  const shape = [threads, width, batch, kind, norm].map(String);
  if (who === "PyTorch") return peer(PYTHON, [file("vgg.py"), ...shape], threads);
  const register = ["--import", file("../../src/run/register.js")];
  return peer(process.execPath, [...register, file("vgg.ts"), ...shape, backend], threads);
}

function peer(command: string, args: readonly string[], threads: number): Peer {
  const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    train: async (steps) => {
      child.stdin.write(`${steps}\n`);
      const line = (await lines.next()) as IteratorResult<string, undefined>;
      if (line.done) throw new Error(`${command} ended early; is PyTorch there? PYTHON names the interpreter`);
      const [ms, memory] = line.value.split(" ").map(Number) as [number, number];
      return { ms, memory };
    },
    end: () => child.stdin.end(),
  };
}
