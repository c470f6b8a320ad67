import { once } from "node:events";
import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "../../src/feed/client/node.ts";
import { launch, NO_CHROMIUM } from "../fixtures/browser.ts";
import { freePort } from "../fixtures/free-port.ts";
import { NO_NGINX, PREFIX, startNginx } from "../fixtures/nginx.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless, itUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";
import { opens } from "../fixtures/sockets.ts";

const TOKEN = "open-sesame";
type Headers = Record<string, string>;

async function get(url: string, headers: Headers = {}) {
  const request = url.startsWith("https") ? requestSecure : requestPlain;
  const sent = request(url, { rejectUnauthorized: false, headers }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode, ...response.headers };
}

/** A server behind nginx; its public address with and without the token. */
async function behindNginx(isSecure: boolean, keepsHost: boolean) {
  const port = await freePort();
  const publicUrl = `${isSecure ? "https" : "http"}://localhost:${port}${PREFIX}`;
  const served = await serve({ publicUrl, token: TOKEN });
  await startNginx(port, served.server.port, { isSecure, keepsHost });
  return { ...served, port, publicUrl };
}

describeUnless(NO_NGINX, "behind nginx, below a path", () => {
  it.each([
    ["http", "its own Host", false, false],
    ["http", "the Host asked for", false, true],
    ["https", "its own Host", true, false],
    ["https", "the Host asked for", true, true],
  ])(
    "serves pages and feed by %s, with %s, to those who bring the token",
    async (_scheme, _host, isSecure, keepsHost) => {
      const { server, publicUrl } = await behindNginx(isSecure, keepsHost);
      expect(server.url).toBe(`${publicUrl}?token=${TOKEN}`);
      expect((await get(publicUrl)).status).toBe(401);
      const bearer = { authorization: `Bearer ${TOKEN}` };
      expect((await get(publicUrl, bearer)).status).toBe(200);
      expect((await get(publicUrl, { authorization: "Bearer wrong" })).status).toBe(401);
      const welcome = await get(`${publicUrl}compare.html?x=time&token=${TOKEN}`);
      expect(new URL(welcome.location!, `${publicUrl}compare.html`).href).toBe(`${publicUrl}compare.html?x=time`);
      const [cookie] = welcome["set-cookie"]!;
      expect(cookie).toContain(`; Path=${PREFIX}`);
      expect(cookie!.endsWith("; Secure")).toBe(isSecure && keepsHost);
      const { origin } = new URL(publicUrl);
      const feed = `${publicUrl.replace("http", "ws")}feed`;
      expect(await opens(feed, { ...bearer, origin })).toBe(true);
      expect(await opens(feed, { origin })).toBe(false);
      expect(await opens(feed, { ...bearer, origin: "https://evil.example" })).toBe(false);
      const own = origin.replace("localhost", "evil.example");
      expect((await get(publicUrl, { ...bearer, origin: own })).status).toBe(403);
    },
  );

  it("is refused with a foreign Host or Origin where no public address is given", async () => {
    const port = await freePort();
    const { server } = await serve();
    await startNginx(port, server.port, { isSecure: false, keepsHost: true });
    const url = `http://127.0.0.1:${port}${PREFIX}`;
    expect((await get(url, { host: "hub.example" })).status).toBe(403);
    expect((await get(url, { origin: "https://hub.example" })).status).toBe(403);
    expect((await get(url)).status).toBe(200);
  });

  it("is followed by the client below the path", async () => {
    const { start, record, publicUrl } = await behindNginx(false, false);
    await start(aRun({ runId: "r" }));
    await record("r", [aReading(0, { value: 0.5 })]);
    const feed = connect(publicUrl, { token: TOKEN });
    onTestFinished(() => feed.close());
    const values: number[] = [];
    feed.readings().subscribe(({ value }) => values.push(value));
    await waitFor(() => expect(values).toEqual([0.5]));
  });

  itUnless(NO_CHROMIUM, "shows every page in a browser, by TLS too, with addresses below the path alone", async () => {
    const browser = await launch();
    onTestFinished(() => browser.close());
    for (const isSecure of [false, true]) {
      const { server, start, record, publicUrl } = await behindNginx(isSecure, false);
      await start(aRun({ runId: "r", steps: 10 }));
      await record("r", [aReading(0), aReading(1)]);
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const [complaints, asked] = [[] as string[], new Set<string>()];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("request", (request) => asked.add(new URL(request.url()).href));
      await page.goto(server.url);
      expect(page.url()).toBe(publicUrl);
      await waitFor(async () => expect(await page.textContent("#connection")).toContain("live"));
      for (const name of ["Activations", "Compare", "Claims and figures", "SQL", "Overview"]) {
        await page.getByRole("link", { name, exact: true }).click();
        await waitFor(async () => expect(await page.getAttribute("nav a[aria-current]", "href")).not.toBeNull());
        await waitFor(async () => expect(await page.textContent("nav a[aria-current]")).toBe(name));
        await waitFor(async () => expect(await page.getAttribute("body", "data-connection")).toBe("live"));
      }
      expect([...asked].filter((url) => !url.startsWith(publicUrl) && !url.startsWith("data:"))).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    }
  });
});
