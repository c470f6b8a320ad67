import { UserError } from "../core/errors.ts";
import type { RawExamples } from "../core/types.ts";
import type { DataChoice } from "./data-choice.ts";
import { labelled, type Named } from "./labelled.ts";
import { parseNpy } from "./npy.ts";
import { zipEntries } from "./zip.ts";

const EXAMPLES = ["x_train", "train_images", "x", "X", "data", "images", "examples", "features"];
const LABELS = ["y_train", "train_labels", "y", "Y", "labels", "label", "targets", "target"];

/** Training examples of a file, and its test examples where it has them. */
interface NpzExamples {
  readonly train: RawExamples;
  readonly held: RawExamples | undefined;
}

/**
 * Reads the examples of a `.npz` file, under the names that are usual: `x_train`, `y_train`, `x_test`, `y_test`, or `x` and
 * `y`. Labels with fractions, or that `target` names, are targets.
 *
 * @throws {UserError} naming the file and the array of what is missing or wrong.
 */
export function npzExamples(bytes: Uint8Array, name: string, choice: DataChoice): NpzExamples {
  const entries = zipEntries(bytes, name);
  const arrayOf = (entry: string): Named | undefined => {
    const found = entries.find((one) => one.name === `${entry}.npy`);
    return found && { who: `${name}, ${entry}`, ...parseNpy(found.bytes(), `${name}, ${entry}`) };
  };
  const there = entries.map((entry) => entry.name.replace(/\.npy$/, "")).join(", ");
  const required = (names: readonly string[], what: string): readonly [string, Named] => {
    for (const entry of names) {
      const found = arrayOf(entry);
      if (found) return [entry, found];
    }
    throw new UserError(`${name}: no array ${names.length === 1 ? names[0] : `of ${what}, such as ${names[0]}`}; there are ${there}`);
  };
  const asked = choice.targets?.[0] ?? choice.label;
  const [exampleName, examples] = required(EXAMPLES, "examples");
  const [labelName, labels] = required(asked === undefined ? LABELS : [asked], "labels");
  const areTargets = choice.targets !== undefined || hasFractions(labels);
  const made = (values: Named, own: Named) =>
    labelled({ examples: values, labels: { ...own, areTargets }, shape: choice.shape });
  const train = made(examples, labels);
  const [heldExamples, heldLabels] = [exampleName, labelName].map((entry) => arrayOf(entry.replace("train", "test")));
  const isHeld = exampleName.includes("train") && labelName.includes("train") && heldExamples && heldLabels;
  return { train, held: isHeld ? made(heldExamples, heldLabels) : undefined };
}

const hasFractions = ({ values }: Named): boolean => values.some((value) => !Number.isInteger(value));
