import { Observable } from "rxjs";
import type { Filter } from "../protocol/filter.ts";
import type { Feed, FeedEvent, LostRecords, QueryRows, RunHistogram, RunReading } from "./feed.ts";
import { RecordSubscription } from "./record-subscription.ts";
import type { SeriesSet } from "./series.ts";
import { SeriesSubscription } from "./series-subscription.ts";
import { ClientSession } from "./session.ts";
import type { Subscription } from "./subscription.ts";

const DEFAULT_POINTS = 500;

/** Options of `connect`. */
export interface ConnectOptions {
  /** Token of a server that asks for one; it may also stand in the URL. Default: none. */
  readonly token?: string | undefined;
  /** Implementation of WebSocket. Default: the global one. */
  readonly WebSocket?: typeof WebSocket | undefined;
  /** Whether a reconnect asks for what was missed only; false asks for everything again. Default true. */
  readonly resume?: boolean | undefined;
}

/**
 * Connects to a feed and stays connected. `url` is that of the page or of the feed (http, https, ws, wss). Default: the
 * page's own.
 *
 * @throws {TypeError} when `url` is not a URL.
 */
export function connect(url?: string | URL, options: ConnectOptions = {}): Feed {
  const { token, WebSocket: implementation = globalThis.WebSocket, resume = true } = options;
  const session = new ClientSession(feedUrl(url ?? location.href, token), implementation, resume);
  const ask = <T>(make: (subscriber: import("rxjs").Subscriber<T>) => Subscription): Observable<T> =>
    new Observable((subscriber) => session.add(make(subscriber)));

  const onLost = (lost: LostRecords): void => session.lost.next(lost);

  return {
    connection: session.connection.asObservable(),
    runs: session.runs.asObservable(),
    declarations: session.declarations.asObservable(),
    skipped: session.skipped.asObservable(),
    lost: session.lost.asObservable(),
    readings: ({ stored = false, ...filter } = {}) =>
      ask<RunReading>((observer) => {
        return new RecordSubscription({ kind: "readings", filter: list(filter) }, { stored, observer, onLost });
      }),
    histograms: ({ stored = false, every, ...filter } = {}) =>
      ask<RunHistogram>((observer) => {
        return new RecordSubscription(
          { kind: "histograms", filter: list(filter), every },
          { stored, observer, onLost },
        );
      }),
    events: (filter = {}) =>
      ask<FeedEvent>((observer) => {
        return new RecordSubscription({ kind: "events", filter: list(filter) }, { stored: false, observer, onLost });
      }),
    series: ({ points = DEFAULT_POINTS, from, to, ...filter }) =>
      ask<SeriesSet>((set) => {
        const request = { kind: "series", filter: list(filter), points, from, to } as const;
        return new SeriesSubscription(request, points, set);
      }),
    query: <Row extends readonly unknown[]>(sql: string) => session.query(sql) as Promise<QueryRows<Row>>,
    control: (command) => session.control(command),
    retryNow: () => session.retryNow(),
    close: () => session.close(),
  };
}

/** The filter's own members, with lists that zod's types can be. */
function list({
  runs,
  experiments,
  arms,
  probes,
  stats,
  layers,
  units,
  distances,
}: Filter): Subscription["request"]["filter"] {
  const copy = <T>(values: readonly T[] | undefined) => values && [...values];
  const numbers = (values: Filter["layers"]) => (typeof values === "object" ? [...values] : values);
  return {
    runs: copy(runs),
    experiments: copy(experiments),
    arms: copy(arms),
    probes: copy(probes),
    stats: copy(stats),
    layers: numbers(layers),
    units: numbers(units),
    distances,
  };
}

/** `http://host/prefix/?token=x` as `ws://host/prefix/feed?token=x`. */
function feedUrl(given: string | URL, token: string | undefined): string {
  const page = new URL(given);
  const url = new URL("feed", page);
  url.protocol = url.protocol.replace("http", "ws");
  const secret = token ?? page.searchParams.get("token");
  url.search = secret === null ? "" : `?${new URLSearchParams({ token: secret }).toString()}`;
  url.hash = "";
  return url.href;
}
