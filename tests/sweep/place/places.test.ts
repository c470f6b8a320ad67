import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { folderPlace } from "../../../src/sweep/place/folder-place.ts";
import { CHECKSUM, httpPlace } from "../../../src/sweep/place/http-place.ts";
import type { ResultPlace } from "../../../src/sweep/place/result-place.ts";
import { servePlace } from "../../../src/sweep/place/serve-place.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "gradstream-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function served(root: string) {
  const server = await servePlace(folderPlace(root), "secret", "127.0.0.1", 0);
  onTestFinished(() => server.close());
  return server;
}

const MAKERS: readonly (readonly [string, (root: string) => Promise<ResultPlace>])[] = [
  ["a folder", (root) => Promise.resolve(folderPlace(root))],
  ["a folder over HTTP", async (root) => httpPlace((await served(root)).url, "secret")],
];

describe.each(MAKERS)("%s", (_name, make) => {
  it("keeps files as they were written first", async () => {
    const place = await make(folder());
    expect(await place.read("a/b.json")).toBeUndefined();
    expect(await place.list("a")).toEqual([]);
    const bytes = Buffer.from([0, 255, 10, 13]);
    expect(await place.create("a/b.json", bytes)).toBe(true);
    expect(await place.create("a/b.json", Buffer.from("other"))).toBe(false);
    expect((await place.read("a/b.json"))!.equals(bytes)).toBe(true);
    expect(await place.create("a/an empty one", Buffer.alloc(0))).toBe(true);
    expect(await place.list("a")).toEqual(["an empty one", "b.json"]);
    expect(await place.list("")).toEqual(["a"]);
  });

  it("lets one of many create a file, and nobody see half of it", async () => {
    const root = folder();
    const place = await make(root);
    const contents = Array.from({ length: 12 }, (_, i) => Buffer.alloc(200_000, i));
    const writing = new AbortController();
    const seen = new Set<number>();
    const reading = (async () => {
      while (!writing.signal.aborted) {
        const bytes = await place.read("t/committed.json");
        if (bytes) seen.add(bytes.length === 200_000 && bytes.every((byte) => byte === bytes[0]) ? bytes[0]! : -1);
      }
    })();
    const won = await Promise.all(contents.map((content) => place.create("t/committed.json", content)));
    writing.abort();
    await reading;
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = won.indexOf(true);
    expect((await place.read("t/committed.json"))![0]).toBe(winner);
    expect([...seen].filter((one) => one !== winner)).toEqual([]);
    expect(readdirSync(join(root, "t"))).toEqual(["committed.json"]);
  });

  it("removes files and folders, and what is not there", async () => {
    const place = await make(folder());
    await place.create("a/x", Buffer.from("1"));
    await place.create("a/b/y", Buffer.from("1"));
    await place.remove("a/x");
    await place.remove("a/b");
    await place.remove("a/none");
    expect(await place.list("a")).toEqual([]);
  });
});

describe("a folder", () => {
  it("is removed though somebody still writes into it", async () => {
    const root = folder();
    const place = folderPlace(root);
    for (let i = 0; i < 50; i++) await place.create(`t/a/${i}`, Buffer.from("1"));
    const until = performance.now() + 300;
    let written = 0;
    const writing = Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        while (performance.now() < until)
          await writeFile(join(root, "t", "a", `late-${lane}-${written++}`), "1").catch(() => undefined);
      }),
    );
    await place.remove("t");
    await writing;
    expect(await place.list("")).toEqual([]);
  });

  it("keeps nothing of a file that could not be written whole", async () => {
    const root = folder();
    const full = {
      *[Symbol.iterator]() {
        yield Buffer.from("half");
        throw new Error("ENOSPC: no space left on device");
      },
    };
    await expect(folderPlace(root).create("t/a", full as never)).rejects.toThrow("no space left");
    expect(readdirSync(join(root, "t"))).toEqual([]);
  });
});

describe("a place that is served", () => {
  it("wants the token, the checksum, and a path inside", async () => {
    const root = join(folder(), "inner");
    const { url } = await served(root);
    await expect(httpPlace(url, "guess").read("sweep.json")).rejects.toThrow("refuses: 401");
    const headers = { authorization: "Bearer secret" };
    const put = (path: string, body: string, sum: string) =>
      fetch(`${url}/${path}`, { method: "PUT", body, headers: { ...headers, [CHECKSUM]: sum } });
    const sum = createHash("sha256").update("whole").digest("hex");
    expect((await put("a/b", "hal", sum)).status).toBe(422);
    expect(existsSync(join(root, "a"))).toBe(false);
    expect((await put("a/b", "whole", sum)).status).toBe(201);
    // The answer was lost, and it was sent again.
    expect((await put("a/b", "whole", sum)).status).toBe(200);
    expect((await put("..%2Fout", "whole", sum)).status).toBe(400);
    expect((await put("a/.draft-1", "whole", sum)).status).toBe(400);
    expect(existsSync(join(root, "..", "out"))).toBe(false);
    expect((await fetch(`${url}/a`, { method: "DELETE", headers })).status).toBe(400);
  });

  it("is named by its machine where it listens on all addresses", async () => {
    const server = await servePlace(folderPlace(folder()), "secret", "0.0.0.0", 0);
    onTestFinished(() => server.close());
    expect(server.url).toMatch(new RegExp(`^http://${hostname()}:\\d+$`));
  });

  it("is asked again where an answer was cut short", async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(200, { "content-length": 5 });
      if (asked > 1) return response.end("whole");
      response.write("who", () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const place = httpPlace(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "secret");
    expect(String(await place.read("a/b"))).toBe("whole");
    expect(asked).toBe(2);
  });

  it("is asked again while it is away, and given up at last", async () => {
    const root = folder();
    const first = await served(root);
    const { port } = new URL(first.url);
    await first.close();
    const place = httpPlace(first.url, "secret", 30_000);
    const created = place.create("a/b", Buffer.from("late"));
    const again = await servePlace(folderPlace(root), "secret", "127.0.0.1", Number(port));
    onTestFinished(() => again.close());
    expect(await created).toBe(true);
    await again.close();
    await expect(httpPlace(first.url, "secret", 600).read("a/b")).rejects.toThrow("is out of reach: ");
  });
});
