import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { hostname, networkInterfaces } from "node:os";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const EVERYWHERE = ["0.0.0.0", "::"];

/**
 * Who may speak to the server. Host must be a name of this machine, so that no foreign name can be pointed here; Origin,
 * where a browser sends one, must be that same host. Behind another server the public address counts too, as Host and as Origin.
 * On an address that other machines reach, and wherever a token was given, the token must come along: in the URL, in the cookie
 * that the page's URL sets, or as `Authorization: Bearer`.
 */
export class Access {
  readonly token: string | undefined;
  /** The name under which others reach the server, as it stands in a URL. */
  readonly name: string;
  readonly #names: ReadonlySet<string>;
  readonly #publicUrl: URL | undefined;
  /** Cookies do not tell ports apart. */
  #cookie = "gradstream";

  /** `publicUrl` is the address under which another server shows this one. */
  constructor(host: string, token: string | undefined, publicUrl?: URL) {
    const isLocal = LOOPBACK.includes(bracketed(host)) && publicUrl === undefined;
    this.#publicUrl = publicUrl;
    this.token = token ?? (isLocal ? undefined : randomBytes(16).toString("base64url"));
    this.name = EVERYWHERE.includes(host) ? outwardAddress() : bracketed(host);
    this.#names = new Set(
      [...LOOPBACK, ...namesOf(host), ...(publicUrl ? [publicUrl.hostname] : [])].map((name) => name.toLowerCase()),
    );
  }

  listensOn(port: number): void {
    this.#cookie = `gradstream-${port}`;
  }

  /** Whether a request is meant for this server and comes from its own pages. */
  isOwn({ headers: { host, origin } }: IncomingMessage): boolean {
    const url = `http://${host ?? ""}`;
    if (!URL.canParse(url) || !this.#names.has(new URL(url).hostname)) return false;
    if (origin === undefined || origin.toLowerCase() === url.toLowerCase()) return true;
    return this.#publicUrl !== undefined && origin.toLowerCase() === this.#publicUrl.origin;
  }

  /** Whether a request brings the token, where one is asked for. */
  isAllowed(request: IncomingMessage): boolean {
    if (this.token === undefined) return true;
    const cookies = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
    const cookie = cookies.find((pair) => pair.startsWith(`${this.#cookie}=`))?.slice(this.#cookie.length + 1);
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    return [cookie, bearer, query(request).get("token")].some(
      (given) => typeof given === "string" && this.#isToken(given),
    );
  }

  /**
   * Whether a request that is let in may also stop runs and such: with the token or, where none is asked for, from a page of this
   * machine's own, which names its Origin.
   */
  mayControl({ headers: { origin } }: IncomingMessage): boolean {
    return this.token !== undefined || origin !== undefined;
  }

  /** Where a page was asked for with the token in its URL: the cookie to set and the URL without it. */
  welcome(request: IncomingMessage): { readonly cookie: string; readonly location: string } | undefined {
    const params = query(request);
    const given = params.get("token");
    if (this.token === undefined || given === null || !this.#isToken(given)) return undefined;
    params.delete("token");
    const rest = params.toString();
    // Relative, as what stands before the path is known to no one here.
    const path = `./${pathOf(request).split("/").at(-1)!}`;
    return { cookie: this.#cookieFor(request), location: rest === "" ? path : `${path}?${rest}` };
  }

  /** Writes the cookie that lets a browser in, for the address at which it sees this server. */
  #cookieFor({ headers: { host } }: IncomingMessage): string {
    const { protocol, pathname, host: publicHost } = this.#publicUrl ?? new URL("http://localhost/");
    const isSecure = protocol === "https:" && host?.toLowerCase() === publicHost;
    return `${this.#cookie}=${this.token}; HttpOnly; SameSite=Strict; Path=${pathname}${isSecure ? "; Secure" : ""}`;
  }

  /** In constant time, whatever the length. */
  #isToken(given: string): boolean {
    const digest = (text: string) => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(given), digest(this.token!));
  }
}

/** Writes an IPv6 address as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Returns the path that a request names, as it was sent. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?")[0]!;
}

function query(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? "").split("?").slice(1).join("?"));
}

/** An address of this machine that others can reach, or its name. */
function outwardAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outward = all.find(({ internal, family }) => !internal && family === "IPv4");
  return outward?.address ?? hostname();
}

function namesOf(host: string): string[] {
  if (!EVERYWHERE.includes(host)) return [bracketed(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  return [hostname(), ...addresses.map((address) => bracketed(address.split("%")[0]!))];
}
