import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { installPacked, pack, type Packed } from "../../scripts/install-packed.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder of all that the tests make. */
    readonly parent: string;
    /** A project in it, with the package installed and what is in consumer/. */
    readonly project: string;
    readonly packed: Packed;
  }
}

/** Builds, packs and installs the package once for all the files of tests. Returns what removes it. */
export default function packOnce({ provide }: TestProject): () => Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), "gradstream-package-"));
  const project = join(parent, "project");
  mkdirSync(project);
  const packed = pack(parent);
  installPacked(packed.tarball, project);
  cpSync(new URL("consumer/", import.meta.url), project, { recursive: true });
  provide("parent", parent);
  provide("project", project);
  provide("packed", packed);
  return () => rm(parent, { recursive: true, force: true });
}
