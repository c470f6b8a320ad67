import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import { install, installPacked } from "../../scripts/install-packed.ts";
import { SHARED_TESTS } from "./shared-tests.ts";

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** What tests use besides the package. */
const TOOLS = ["@modelcontextprotocol/sdk", "@tensorflow/tfjs", "fast-check", "playwright-core", "vitest"];

/** Elsewhere than on Linux, what CI runs of the sources there. */
const { scripts, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const portable = scripts["test:portable"]!.split(" ").filter((word) => word.startsWith("tests/"));
const here = SHARED_TESTS.filter(
  (file) => process.platform === "linux" || portable.some((folder) => file.startsWith(`${folder}/`)),
);

// Beside tests/ the project has nothing of this repository: a test that imports something of src/ fails.
const project = join(inject("parent"), "shared");
const config = `import { defineConfig } from "vitest/config";
export default defineConfig({
  test: {
    include: ${JSON.stringify(here)},
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 90_000 } },
    env: { FORCE_COLOR: "0", CI: "" },
  },
});
`;

beforeAll(() => {
  mkdirSync(project);
  installPacked(inject("packed").tarball, project);
  install(project, ...TOOLS.map((name) => `${name}@${devDependencies[name]!}`));
  cpSync("tests", join(project, "tests"), { recursive: true });
  writeFileSync(join(project, "vitest.config.ts"), config);
});

// Tests that fail are tried again in there, one by one.
it("the tests of the doors and of the command line pass with the installed package", { retry: 0 }, () => {
  const packageJson = createRequire(join(project, "package.json")).resolve("gradstream/package.json");
  expect(relative(realpathSync(project), packageJson).replaceAll("\\", "/")).toBe(
    "node_modules/gradstream/package.json",
  );
  const args = [
    join(project, "node_modules/vitest/vitest.mjs"),
    "run",
    "--retry=1",
    "--reporter=default",
    "--reporter=json",
  ];
  const report = join(project, "report.json");
  // What vitest tells its workers is not for those of another.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
  const { status } = spawnSync(process.execPath, [...args, `--outputFile.json=${report}`], {
    cwd: project,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const { testResults, numPassedTests } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const failed = testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === "" ? [] : [`${name}: ${message}`]),
    ...assertionResults.filter((one) => one.status === "failed").map(({ fullName }) => `${name}: ${fullName}`),
  ]);
  expect([failed, status]).toEqual([[], 0]);
  expect(testResults.map(({ name }) => relative(realpathSync(project), name).replaceAll("\\", "/")).sort()).toEqual(
    [...here].sort(),
  );
  expect(numPassedTests).toBeGreaterThan(process.platform === "linux" ? 350 : 200);
});
