// Writes docs/reproduction, the report on data/reproduction as pages that need no server.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "gradstream-report-"));
try {
  const args = ["bin/gradstream.js", "report", "--store", "data/reproduction", "--out", join(scratch, "report")];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
  const pages = ["index.html", ...readdirSync(join(scratch, "report")).map((name) => join(name, "index.html"))];
  const target = join(root, "docs/reproduction");
  rmSync(target, { recursive: true, force: true });
  for (const page of pages.filter((name) => existsSync(join(scratch, "report", name)))) {
    mkdirSync(dirname(join(target, page)), { recursive: true });
    cpSync(join(scratch, "report", page), join(target, page));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
