import { afterEach, expect, it, vi } from "vitest";
import { probeApart } from "../../../src/run/doctor/probe-apart.ts";
import { start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

afterEach(() => void vi.unstubAllEnvs());

it("tries a backend in a process of its own", async () => {
  expect(await probeApart("cpu")).toEqual({
    name: "cpu",
    available: true,
    detail: expect.stringMatching(/^tfjs /) as string,
  });
});

it("says that a backend is not available whose process ends", async () => {
  const code = encodeURIComponent('console.error("driver"); process.exit(3);');
  vi.stubEnv("NODE_OPTIONS", `--import=data:text/javascript,${code}`);
  expect(await probeApart("cpu")).toEqual({
    name: "cpu",
    available: false,
    detail: "its process ended by exit code 3: driver",
  });
});

it("keeps what drivers print out of doctor's report", async () => {
  const { code, stderr, stdout } = await start(["doctor"], { cwd: temporaryFolder() }).ended;
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^ {2}(ok|--) {2}webgpu /m);
});

it("says only what is missing, where that is asked for", async () => {
  const { stdout } = await start(["doctor", "--quiet"], { cwd: temporaryFolder() }).ended;
  expect(stdout).toContain("cifar10: not found: npx gradstream data cifar10, or set CIFAR10_DIR\n");
  expect(stdout).not.toMatch(/^(wasm|cpu|shapes10|node)\b/m);
});
