import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { WebSocket } from "ws";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a path as it is: fetch would normalise it, and forbids setting Host. */
async function get(port: number, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const sent = request({
    host: "127.0.0.1",
    port,
    path,
    method,
    headers: { host: `127.0.0.1:${port}`, ...headers },
  }).end();
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

it("gets ready to answer SQL when a page is opened, and for nothing else", async () => {
  let prepared = 0;
  const asker = { prepare: () => (prepared += 1), ask: () => Promise.reject(new UserError("nothing is asked")) };
  const { server } = await serve({ asker });
  for (const path of ["/styles/base.css", "/paper.json", "/nothing.html"]) await get(server.port, path);
  expect(prepared).toBe(0);
  for (const path of ["/", "/paper.html?figure=2"]) await get(server.port, path);
  expect(prepared).toBe(2);
});

it("serves the dashboards and uPlot with a strict policy, and nothing else", async () => {
  const { server } = await serve();
  for (const [path, type] of [
    ["/", "text/html"],
    ["/index.html?x=1", "text/html"],
    ["/styles/base.css", "text/css"],
    ["/compare.html", "text/html"],
    ["/pages/overview.js", "text/javascript"],
    ["/vendor/uplot.js", "text/javascript"],
    ["/vendor/rxjs.js", "text/javascript"],
    ["/vendor/uplot.css", "text/css"],
  ] as const) {
    const { status, headers, body } = await get(server.port, path);
    expect([path, status]).toEqual([path, 200]);
    expect(headers["content-type"]).toContain(type);
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(body.length).toBeGreaterThan(50);
  }
  for (const path of [
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/vendor/../../package.json",
    "//etc/passwd",
    "/pages/overview.js/../../package.json",
    "/shell.html",
    "/.hidden",
    "/feed",
    "/nothing.html",
    "/constructor",
  ]) {
    expect([path, (await get(server.port, path)).status]).toEqual([path, 404]);
  }
  expect((await get(server.port, "/", {}, "POST")).status).toBe(405);
  expect((await get(server.port, "/", {}, "HEAD")).body).toBe("");
});

it("serves pages whose address names 200 runs", async () => {
  const { server } = await serve();
  const runs = Array.from(
    { length: 200 },
    (_, i) => `runs=${encodeURIComponent(`${"internal-covariate-shift/".repeat(4)}${i}`)}`,
  );
  const path = `/?${runs.join("&")}`;
  expect(path.length).toBeGreaterThan(20_000);
  expect(await get(server.port, path)).toMatchObject({ status: 200 });
});

it("serves the client and every page as modules whose imports it serves too", async () => {
  const { server } = await serve();
  const met = new Set<string>();
  const names = ["activations", "compare", "gradients", "ics", "landscape", "paper", "sql"];
  for (const [url, name] of [["/", "overview"], ...names.map((name) => [`/${name}.html`, name])]) {
    expect((await get(server.port, url!)).body).toContain(`src="pages/${name!}.js"`);
  }
  const wanted = ["/client.js", "/pages/overview.js", ...names.map((name) => `/pages/${name}.js`)];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (met.has(path)) continue;
    met.add(path);
    const { status, headers, body } = await get(server.port, path);
    expect([path, status, headers["content-type"]]).toEqual([path, 200, "text/javascript; charset=utf-8"]);
    for (const [, specifier] of body.matchAll(/\bfrom "([^"]+)"/g)) {
      expect(specifier).toMatch(/^(\/|\.\.?\/).*\.js$/);
      wanted.push(new URL(specifier!, `http://x${path}`).pathname);
    }
  }
  expect(met.size).toBeGreaterThan(15);
  expect(met).toContain("/vendor/rxjs.js");
  expect(met).toContain("/feed/protocol/frame.js");
  for (const path of ["/feed/client/node.js", "/feed/protocol/client-messages.js", "/feed/server/server.js"]) {
    expect([path, (await get(server.port, path)).status]).toEqual([path, 404]);
  }
});

it("closes with a client that keeps its side open after its upgrade was refused", async () => {
  const { server } = await serve();
  const refused = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void refused.destroy());
  let heard = "";
  refused.on("data", (data) => (heard += String(data)));
  const upgrade = ["GET /elsewhere HTTP/1.1", `Host: 127.0.0.1:${server.port}`, "Connection: Upgrade", "Upgrade: websocket"]; // prettier-ignore
  refused.write(`${upgrade.join("\r\n")}\r\n\r\n`);
  await once(refused, "end");
  expect(heard).toMatch(/^HTTP\/1\.1 404 /);
  await server.close();
});

it("refuses foreign hosts and origins, over HTTP and on the socket", async () => {
  const { server } = await serve();
  const { port } = server;
  const cases: [Record<string, string>, boolean][] = [
    [{}, true],
    [{ host: `localhost:${port}` }, true],
    [{ host: `[::1]:${port}` }, true],
    [{ host: "localhost:9000", origin: "http://localhost:9000" }, true],
    [{ origin: `http://127.0.0.1:${port}` }, true],
    [{ host: `evil.example:${port}` }, false],
    [{ host: "127.0.0.1.evil.example" }, false],
    [{ origin: "http://evil.example" }, false],
    [{ origin: "http://127.0.0.1:1" }, false],
    [{ origin: `http://localhost:${port}` }, false],
    [{ origin: "null" }, false],
  ];
  for (const [headers, allowed] of cases) {
    expect([headers, (await get(port, "/", headers)).status]).toEqual([headers, allowed ? 200 : 403]);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`, { headers });
    const outcome = await Promise.race([
      once(socket, "open").then(() => "open"),
      once(socket, "unexpected-response").then(() => "refused"),
    ]);
    expect([headers, outcome]).toEqual([headers, allowed ? "open" : "refused"]);
    socket.on("error", () => undefined).terminate();
  }
  const elsewhere = new WebSocket(`ws://127.0.0.1:${port}/other`);
  await once(elsewhere, "unexpected-response");
  elsewhere.on("error", () => undefined).terminate();
});

it("takes the next free port and says which", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const { server } = await serve({ port });
  expect(server.requestedPort).toBe(port);
  expect(server.port).not.toBe(port);
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  expect((await get(server.port, "/")).status).toBe(200);
});

it("refuses an address that is not this machine's, and a missing folder", async () => {
  const { store } = await serve();
  await expect(startServer({ store, host: "192.0.2.1", port: 0, dashboardsDir: DASHBOARDS })).rejects.toThrow(
    UserError,
  );
  await expect(startServer({ store, port: 0, dashboardsDir: "/nowhere" })).rejects.toThrow(UserError);
});

it("survives garbage on the wire and closes with idle connections open", async () => {
  const { server } = await serve();
  const raw = connect(server.port, "127.0.0.1");
  raw.on("error", () => undefined);
  await once(raw, "connect");
  raw.write("not http at all\r\n\r\n");
  const idle = connect(server.port, "127.0.0.1");
  await once(idle, "connect");
  expect((await get(server.port, "/")).status).toBe(200);
  idle.on("error", () => undefined);
  await Promise.all([server.close(), server.close()]);
});
