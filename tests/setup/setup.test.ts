import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { kernelsFile, MUTE } from "../../src/backend/tensorflow/load.ts";
import { firstError } from "../../src/setup/compile.ts";
import { placesIn, recover, withStaging } from "../../src/setup/places.ts";
import { wheelPython } from "../../src/setup/prerequisites.ts";
import { destinationOf } from "../../src/setup/python-wheel.ts";
import type { SetupOptions, SetupEnvironment } from "../../src/setup/setup.ts";
import { setupTensorflow } from "../../src/setup/tensorflow.ts";
import { parseRecord, parseWheelName, projectOf, requirementsOf } from "../../src/setup/wheel-format.ts";
import { Wheel } from "../../src/setup/wheel.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { writeWheel, type FakeWheel } from "../fixtures/wheels.ts";

const NAME = "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl";
const MACHINE = { platform: "linux", arch: "x64" };
const LIBRARIES = { "tensorflow/libtensorflow_cc.so.2": "cc", "tensorflow/libtensorflow_framework.so.2": "framework" };

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

/** A program on the PATH of these tests, in JavaScript. */
function putProgram(name: string, code: string): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "bin", name), `#!${process.execPath}\n${code}`, { mode: 0o755 });
}

/** An npm that installs a tfjs-node able to multiply; `download` is the code of its scripts/install.js. */
function putNpm(download = "process.exit(1)"): void {
  const files = {
    "scripts/install.js": download,
    "package.json": '{ "main": "main.js" }',
    "main.js": `const data = async () => [19, 22, 43, 50];
if (!require("fs").existsSync(__dirname + "/lib/napi-v8/tfjs_binding.node")) throw new Error("no addon");
module.exports = { tensor2d() {}, matMul: () => ({ data }),
  backend: () => ({ binding: { TF_Version: "9.8.7" }, isUsingGpuDevice: false }) };`,
  };
  putProgram(
    "npm",
    `const { mkdirSync, writeFileSync } = require("fs");
const folder = "node_modules/@tensorflow/";
const name = process.argv.find((text) => text.includes("tfjs-node")).split(/[/@]/)[2];
mkdirSync(folder + name + "/scripts", { recursive: true });
mkdirSync(folder + "tfjs-core");
mkdirSync(folder + "tfjs-not-installed-here");
for (const [path, text] of Object.entries(${JSON.stringify(files)})) writeFileSync(folder + name + "/" + path, text);`,
  );
}

const COMPILE = 'require("fs").writeFileSync(process.argv[process.argv.indexOf("-o") + 1], "addon");';

async function setup(options: Partial<SetupOptions> = {}, more: Partial<SetupEnvironment> = {}) {
  const text = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({ write: (part: string) => (text[name] += part) });
  const env = { PATH: join(root, "bin") };
  const streams = { stdout: stream("stdout"), stderr: stream("stderr") };
  const environment = { ...MACHINE, ...streams, root, env, signal: new AbortController().signal, ...more };
  await setupTensorflow({ gpu: false, force: false, ...options }, environment);
  return text;
}

const aWheel = (more: Partial<FakeWheel> = {}) => writeWheel({ folder: root, name: NAME, files: LIBRARIES, ...more });
const manifest = () => join(root, ".tensorflow/gradstream.json");

function putOld(): void {
  mkdirSync(dirname(manifest()));
  writeFileSync(manifest(), "{}");
}

describe("wheel formats", () => {
  it("reads RECORD, quoted names too", () => {
    const text = 'a/b.so,sha256=AB-_9,12\r\n"c,""d"".h",sha256=xyz,3\nx.dist-info/RECORD,,\n';
    expect([...parseRecord(text)]).toEqual([
      ["a/b.so", { sha256: "AB-_9", size: 12 }],
      ['c,"d".h', { sha256: "xyz", size: 3 }],
    ]);
  });

  it("reads what an extra asks for", () => {
    const metadata = `Requires-Dist: numpy>=1.26.0
Provides-Extra: and-cuda
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-nccl-cu12 (==2.27.7) ; (sys_platform == "linux") and extra == 'and-cuda'
Requires-Dist: tensorflow-io>=0.23.1; python_version < "3.13" and extra == "gcs-filesystem"
`;
    const requirements = requirementsOf(metadata, "and-cuda");
    expect(requirements).toEqual(["nvidia-cublas-cu12<13.0,>=12.5.3.2", "nvidia-nccl-cu12==2.27.7"]);
    expect(requirements.map(projectOf)).toEqual(["nvidia_cublas_cu12", "nvidia_nccl_cu12"]);
  });

  it("reads names", () => {
    const platforms = ["manylinux_2_17_x86_64", "manylinux2014_x86_64"];
    expect(parseWheelName(`/x/a_b-1.0-2-py3-none-${platforms.join(".")}.whl`)).toEqual({
      project: "a_b",
      version: "1.0",
      platforms,
    });
    expect(() => parseWheelName("/x/a.zip")).toThrow("/x/a.zip is not named as wheels are");
  });

  it("knows where things go, and which Python to ask for", () => {
    expect(destinationOf("tensorflow/libtensorflow_cc.so.2", "deps")).toBe("deps/lib/libtensorflow_cc.so.2");
    expect(destinationOf("tensorflow/include/tensorflow/c/c_api.h", "deps")).toBe("deps/include/tensorflow/c/c_api.h");
    expect(destinationOf("nvidia/cublas/lib/libcublas.so.12", "deps")).toBe("deps/nvidia/cublas/lib/libcublas.so.12");
    for (const name of ["tensorflow/python/x.so", "tensorflow/include/Eigen/Core", "nvidia/cublas/include/x.h"]) {
      expect(destinationOf(name, "deps")).toBeUndefined();
    }
    expect(wheelPython("pip 23.2.1 from /x (python 3.11)\n")).toBe("3.11");
    expect(wheelPython("pip 26.0 from /x (python 3.14)\n")).toBe("3.12");
  });
});

describe("Wheel", () => {
  const take = async (path: string) => {
    const wheel = await Wheel.open(path, MACHINE);
    try {
      await wheel.unpack((name) => join(root, "out", name), { signal: new AbortController().signal });
    } finally {
      wheel.close();
    }
  };

  it("refuses a file that differs from RECORD", async () => {
    await expect(take(aWheel({ recorded: { "tensorflow/libtensorflow_cc.so.2": "CC" } }))).rejects.toThrow(
      `${NAME} is damaged (tensorflow/libtensorflow_cc.so.2 differs from RECORD)`,
    );
  });

  it.each([
    ["cp312-cp312-manylinux_2_27_aarch64", undefined, "is for manylinux_2_27_aarch64, this machine is linux x64"],
    ["cp312-cp312-macosx_12_0_arm64", undefined, "is for macosx_12_0_arm64, this machine is linux x64"],
    ["cp312-cp312-manylinux_2_27_x86_64", "cp312-cp312-win_amd64", "is for win_amd64, this machine is linux x64"],
  ])("refuses another platform: %s with tag %s", async (tags, tag, message) => {
    const path = aWheel({ name: `tensorflow_cpu-2.21.0-${tags}.whl`, ...(tag && { tag }) });
    await expect(Wheel.open(path, MACHINE)).rejects.toThrow(message);
  });
});

describe("setup tensorflow", () => {
  it("lists everything that is missing", async () => {
    await expect(setup()).rejects.toThrow("setup tensorflow: missing: npm (it comes with Node.js)");
    putNpm();
    putProgram("python3", "process.exit(1)");
    await expect(setup()).rejects.toThrow(/: missing: a C\+\+ compiler \(.*set CXX\); Python's pip \(install python3/);
    const env = { PATH: join(root, "bin"), CXX: "nonsense -m64" };
    await expect(setup({ wheel: aWheel() }, { env })).rejects.toThrow(
      "a C++ compiler (CXX=nonsense -m64 is not a program)",
    );
    await expect(setup({ wheel: "/no.whl" })).rejects.toThrow("setup tensorflow: --wheel: no file /no.whl");
  });

  it("builds from a wheel, then says that it is ready", async () => {
    putNpm();
    putProgram("c++", COMPILE);
    putOld();
    const { stdout, stderr } = await setup({ wheel: aWheel() });
    expect(stderr).toMatch(
      /^\[1\/4\] installing .*\n\[2\/4\] unpacking [^]*\[3\/4\] compiling .*\n\[4\/4\] loading .*\n$/,
    );
    expect(stdout).toMatch(/^TensorFlow 9\.8\.7 \(CPU\) is ready: /);
    expect(JSON.parse(readFileSync(manifest(), "utf8"))).toMatchObject({
      tensorflow: "9.8.7",
      package: "@tensorflow/tfjs-node@4.22.0",
      gpu: false,
      way: "wheel",
      wheel: NAME,
    });
    const folder = join(root, ".tensorflow/node_modules/@tensorflow");
    expect(existsSync(join(folder, "tfjs-core"))).toBe(false);
    expect(existsSync(join(folder, "tfjs-not-installed-here"))).toBe(true);
    expect(readFileSync(join(folder, "tfjs-node/deps/lib/libtensorflow.so"), "utf8")).toBe("cc");
    expect(existsSync(join(folder, "tfjs-node", MUTE))).toBe(true);
    expect(existsSync(join(folder, "tfjs-node", kernelsFile()))).toBe(true);
    for (const name of [".partial", ".old", "-downloads"])
      expect(existsSync(join(root, `.tensorflow${name}`))).toBe(false);
    expect((await setup()).stdout).toContain("TensorFlow 9.8.7 (CPU) is ready already; --force builds it again");
  });

  it("takes tfjs-node's own download where it works", async () => {
    const install =
      'mkdirSync("lib/napi-v8", { recursive: true }); writeFileSync("lib/napi-v8/tfjs_binding.node", "");';
    putNpm(`const { mkdirSync, writeFileSync } = require("fs"); ${install}`);
    expect((await setup()).stderr).toMatch(
      /^\[1\/6\] .*\n\[2\/6\] .*\nwithout kernels of its own, .*: there is no C\+\+ compiler: .*\n\[6\/6\] .*\n$/,
    );
    expect(JSON.parse(readFileSync(manifest(), "utf8"))).toMatchObject({ way: "download" });

    putProgram("c++", COMPILE);
    const { stdout, stderr } = await setup();
    expect(stdout).toContain("is ready already");
    expect(stderr).toBe("");
    const folder = join(root, ".tensorflow/node_modules/@tensorflow/tfjs-node");
    expect([MUTE, kernelsFile()].map((name) => existsSync(join(folder, name)))).toEqual([true, true]);
    expect(existsSync(join(root, ".tensorflow-downloads"))).toBe(false);
  });

  it("gets the wheel by pip, keeps it after a failure and removes it when it is damaged", async () => {
    putNpm();
    putProgram("c++", 'console.error("x.cc:1: note\\nx.cc:2: error: no good"); process.exit(1)');
    const source = aWheel();
    putProgram(
      "python3",
      `const at = process.argv.indexOf("--dest");
if (at >= 0) require("fs").cpSync(${JSON.stringify(source)}, process.argv[at + 1] + "/${NAME}");`,
    );
    putOld();
    await expect(setup()).rejects.toThrow(/^setup tensorflow: c\+\+ failed: x\.cc:2: error: no good; .*compile\.log$/);
    const kept = join(root, ".tensorflow-downloads", NAME);
    putProgram("python3", 'process.exit(process.argv.includes("download") ? 1 : 0)');
    await expect(setup()).rejects.toThrow("c++ failed");
    truncateSync(kept, 300);
    await expect(setup()).rejects.toThrow(/-downloads.*\.whl is damaged .*; it was removed, so running again/);
    expect(existsSync(kept)).toBe(false);
    await expect(setup()).rejects.toThrow("pip could not download tensorflow-cpu==2.21.0");
    expect(readFileSync(manifest(), "utf8")).toBe("{}");
    expect(existsSync(join(root, ".tensorflow.partial"))).toBe(false);
  });

  it("takes CUDA from the wheels beside a given one", async () => {
    putNpm();
    putProgram("c++", COMPILE);
    const metadata = 'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"\n';
    const wheel = aWheel({ name: NAME.replace("_cpu", ""), metadata });
    await expect(setup({ wheel, gpu: true })).rejects.toThrow(
      `no wheel in ${root} for nvidia-cublas-cu12<13.0,>=12.5.3.2`,
    );
    const files = { "nvidia/cublas/lib/libcublas.so.12": "cublas", "nvidia/cublas/include/cublas.h": "" };
    writeWheel({ folder: root, name: "nvidia_cublas_cu12-12.9.1.4-py3-none-manylinux_2_27_x86_64.whl", files });
    expect((await setup({ wheel, gpu: true })).stderr).toContain(
      "no GPU is seen here: until one is, it runs on the CPU",
    );
    const deps = join(root, ".tensorflow/node_modules/@tensorflow/tfjs-node-gpu/deps");
    expect(readFileSync(join(deps, "nvidia/cublas/lib/libcublas.so.12"), "utf8")).toBe("cublas");
    expect(existsSync(join(deps, "nvidia/cublas/include"))).toBe(false);
  });

  it("leaves the old one when the new one does not load, or is of no use", async () => {
    putNpm();
    putProgram("c++", "");
    putOld();
    await expect(setup({ wheel: aWheel() })).rejects.toThrow("setup tensorflow: the addon does not load: no addon");
    const path = aWheel({ files: {} });
    await expect(setup({ wheel: path })).rejects.toThrow(`${path} holds no tensorflow/libtensorflow_cc.so.2 and no`);
    truncateSync(path, 300);
    await expect(setup({ wheel: path })).rejects.toThrow(/is damaged .*; get it again and run again/);
    expect(existsSync(path)).toBe(true);
    await expect(setup({}, { platform: "darwin", arch: "arm64" })).rejects.toThrow(
      /out of reach.*serves Linux on x64 and arm64 only, not darwin arm64/,
    );
    expect(readFileSync(manifest(), "utf8")).toBe("{}");
  });

  it("stops what it has started when it is interrupted", async () => {
    putNpm();
    putOld();
    putProgram("c++", `${COMPILE} setInterval(() => undefined, 1000);`);
    const abort = new AbortController();
    const write = (text: string) => {
      if (text.startsWith("[3/4]")) setTimeout(() => abort.abort(), 300);
    };
    const running = setup({ wheel: aWheel() }, { signal: abort.signal, stderr: { write } });
    await expect(running).rejects.toThrow(/abort/);
    expect(readFileSync(manifest(), "utf8")).toBe("{}");
    expect(existsSync(join(root, ".tensorflow.partial"))).toBe(false);
  });
});

it("brings back the old folder after a kill between the renames; refuses to run twice at a time", async () => {
  const places = placesIn(root);
  mkdirSync(places.old);
  recover(places);
  expect(existsSync(places.home)).toBe(true);
  mkdirSync(places.downloads);
  writeFileSync(join(places.downloads, "setup.pid"), `${process.ppid} ${hostname()}`);
  const running = withStaging(places, async () => undefined);
  await expect(running).rejects.toThrow(`process ${process.ppid} is setting it up already`);
});

it("finds the line that says what is wrong", () => {
  expect(firstError("a: note: b\na.cc:3:1: fatal error: x.h: No such file\n")).toContain("fatal error: x.h");
  expect(firstError("all is well")).toBeUndefined();
});
