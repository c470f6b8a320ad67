import { expect, it, vi } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { main } from "../../../src/run/main.ts";
import { noteCrash } from "../../../src/run/process/crash.ts";

it("what comes of an error that nothing caught is not told besides", async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const { exitCode } = process;
  try {
    await main(["node", "gradstream", "runs", "--store", "no-such-folder/a.duckdb"]);
    expect(written).toEqual([expect.stringMatching(/^gradstream: .*no-such-folder/)]);
    noteCrash(new UserError("the disk is full"));
    await main(["node", "gradstream", "runs", "--store", "no-such-folder/a.duckdb"]);
    expect(written).toHaveLength(1);
  } finally {
    write.mockRestore();
    process.exitCode = exitCode;
  }
});
