import { InvalidArgumentError } from "commander";
import { openDataSet, type DataSetName } from "../data/index.ts";
import { chooseBackend, startBackend, type BackendName, type Choice } from "../backend/start.ts";

/** A whole number from 1 up, as an option's value. */
export function countUpTo(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 up.");
}

export function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError("It must be a port number, 0 (any free one) to 65535.");
}

/** Parses `key=value`, repeatable. */
export function setting(text: string, all: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at > 0) return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError("It must be key=value.");
}

/** `a, b` as a list. */
export const list = (text: string): string[] => text.split(",").map((name) => name.trim());

/** What `--set` and `--steps` change. */
export const settingsOf = ({
  set,
  steps,
}: {
  readonly set: Readonly<Record<string, string>>;
  readonly steps?: number;
}) => ({
  ...set,
  ...(steps ? { steps: String(steps) } : {}),
});

/** What trains and on what, with what is to be said of it. */
export async function ready(options: { readonly backend: BackendName | "auto"; readonly data: DataSetName }) {
  const { name: backend, why } = await startOrChoose(options.backend);
  const { data, note } = await openDataSet(options.data, { env: process.env, cwd: process.cwd() });
  return { backend, why, data, notes: note ? [note] : [] };
}

/** A backend asked for by name starts or fails; `auto` says what it took, and why not a faster one. */
async function startOrChoose(name: BackendName | "auto"): Promise<Choice> {
  if (name === "auto") return chooseBackend();
  return { name: await startBackend(name), why: "as asked" };
}
