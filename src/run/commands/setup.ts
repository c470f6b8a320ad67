import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { TENSORFLOW_FOLDER } from "../../backend/tensorflow/load.ts";
import { onInterrupt } from "../process/interrupt.ts";
import type { SetupOptions } from "../../setup/setup.ts";
import { setupTensorflow } from "../../setup/tensorflow.ts";

const HELP = `
Installs tfjs-node with npm, then its native part in the first way that works:
  1. what tfjs-node's maintainers serve: libtensorflow 2.9.1 and a compiled addon;
  2. on Linux x64 and arm64: the library in TensorFlow 2.21.0's Python wheel (274 MB, with pip) and an addon compiled
     here in half a minute. Needs Python's pip and a C++ compiler; CXX names another one than c++.

It takes about 1 GB on disk, 3 GB while it works; with --gpu about 5 GB and 8 GB. The wheels for --gpu bring their own
CUDA; the machine needs NVIDIA's driver only. The old one stays until the new one has been seen to work, so this can be
interrupted at any time; downloaded wheels are kept for the next attempt.

Without network, --wheel takes a wheel that was brought here: tensorflow_cpu-2.21.0-….whl, or for --gpu
tensorflow-2.21.0-….whl with the nvidia_….whl files of its extra "and-cuda" beside it. npm must still reach a registry.
`;

/** Makes `gradstream setup`, whose `tensorflow` brings native TensorFlow into this package. */
export function setupCommand(): Command {
  const command = new Command("setup").description("get what backends need beyond npm packages (TensorFlow: 274 MB)");
  command
    .command("tensorflow")
    .description("get native TensorFlow for the backend tensorflow (274 MB download, about 1 GB on disk)")
    .option("--gpu", "with CUDA (about 3 GB of downloads)", false)
    .option("--wheel <file>", "use this Python wheel of TensorFlow instead of downloading")
    .option("--force", "build it even if it is there", false)
    .addHelpText("after", HELP)
    .action(run);
  return command;
}

async function run({ gpu, force, wheel }: SetupOptions): Promise<void> {
  const { env, stdout, stderr, platform, arch } = process;
  const abort = new AbortController();
  const options = { gpu, force, wheel: wheel === undefined ? undefined : resolve(wheel) };
  const root = dirname(TENSORFLOW_FOLDER);
  const environment = { root, env, stdout, stderr, platform, arch, signal: abort.signal };
  try {
    await onInterrupt(
      () => abort.abort(),
      () => setupTensorflow(options, environment),
    );
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    stderr.write("interrupted; what was there before is untouched, running again goes on\n");
    process.exitCode = 130;
  }
}
