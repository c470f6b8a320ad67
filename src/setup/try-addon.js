// Loads tfjs-node from the folder named first by the name given second, computes a little and says what it has found.
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import util from "node:util";

// tfjs-node calls functions that Node 23 took out of `util`.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;

const [folder, name] = process.argv.slice(2);
const tf = createRequire(join(folder, "x.js"))(name);
const product = await tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).data();
if (`${Array.from(product)}` !== "19,22,43,50") throw new Error(`it multiplies wrongly: ${product}`);
const { binding, isUsingGpuDevice } = tf.backend();
process.stdout.write(
  `\n${JSON.stringify({ version: binding.TF_Version, device: isUsingGpuDevice ? "GPU" : "CPU" })}\n`,
);
