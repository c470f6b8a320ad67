import { once } from "node:events";
import { request } from "node:http";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { follow } from "../../fixtures/followed.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";
import { opens } from "../../fixtures/sockets.ts";

async function get(port: number, path: string, headers: Record<string, string> = {}) {
  const sent = request({ host: "127.0.0.1", port, path, headers: { host: `127.0.0.1:${port}`, ...headers } }).end();
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  response.resume();
  return { status: response.statusCode, ...response.headers };
}

it("asks for a random token where other machines can reach it, and takes it in the URL or the cookie", async () => {
  const { server } = await serve({ host: "0.0.0.0" });
  const { port } = server;
  const token = new URL(server.url).searchParams.get("token")!;
  expect(token).toMatch(/^[\w-]{22}$/);
  expect((await get(port, "/")).status).toBe(401);
  expect((await get(port, "/client.js")).status).toBe(401);
  expect((await get(port, "/?token=wrong")).status).toBe(401);
  expect((await get(port, `/?token=${token}x`)).status).toBe(401);
  const welcome = await get(port, `/index.html?run=7&token=${token}`);
  expect([welcome.status, welcome.location]).toEqual([303, "./index.html?run=7"]);
  const [cookie] = welcome["set-cookie"]!;
  expect(cookie).toBe(`gradstream-${port}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  expect((await get(port, `//evil.example/?token=${token}`)).location).toBe("./");
  expect((await get(port, "/", { cookie: `other=1; gradstream-${port}=${token}` })).status).toBe(200);
  expect((await get(port, "/", { cookie: `gradstream-${port}=${token.slice(1)}` })).status).toBe(401);
  expect((await get(port, "/", { cookie: `gradstream-1=${token}` })).status).toBe(401);

  const feed = `ws://127.0.0.1:${port}/feed`;
  expect((await get(port, "/", { authorization: `Bearer ${token}` })).status).toBe(200);
  expect((await get(port, "/", { authorization: `Bearer ${token}x` })).status).toBe(401);
  expect((await get(port, "/", { authorization: `Basic ${token}` })).status).toBe(401);
  expect(await opens(feed, { authorization: `bearer ${token}` })).toBe(true);
  expect(await opens(feed)).toBe(false);
  expect(await opens(`${feed}?token=wrong`)).toBe(false);
  expect(await opens(`${feed}?token=${token}`)).toBe(true);
  expect(await opens(feed, { cookie: `gradstream-${port}=${token}` })).toBe(true);
  const clients = [
    follow(server.url),
    follow(`http://127.0.0.1:${port}/`, { token }),
    follow(`http://127.0.0.1:${port}/`),
  ];
  await waitFor(() => expect(clients.map(({ state }) => state)).toEqual(["live", "live", "disconnected"]));
});

it("takes a token of the user's, also on a loopback address", async () => {
  const { server } = await serve({ token: "open-sesame" });
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/?token=open-sesame`);
  expect((await get(server.port, "/")).status).toBe(401);
  expect((await get(server.port, "/?token=open-sesame")).status).toBe(303);
});

it("goes by this machine's names only, wherever it listens", async () => {
  const { server } = await serve({ host: "0.0.0.0", token: "open-sesame" });
  const status = async (host: string, extra: Record<string, string> = {}) =>
    (await get(server.port, "/?token=open-sesame", { host, ...extra })).status;
  for (const host of ["localhost", `127.0.0.1:${server.port}`, hostname(), hostname().toUpperCase()]) {
    expect([host, await status(host)]).toEqual([host, 303]);
  }
  for (const host of ["evil.example", `${hostname()}.evil.example`, "8.8.8.8"]) {
    expect([host, await status(host)]).toEqual([host, 403]);
  }
  expect(await status("localhost", { origin: "http://evil.example" })).toBe(403);
});
