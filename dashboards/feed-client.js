// The feed's client: says hello, checks that no record is missing, reconnects more and more slowly (docs/FEED.md).

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const NON_FINITE = { NaN, Infinity, "-Infinity": -Infinity };

/** A number as it was before JSON. */
export function decodeNumber(value) {
  return typeof value === "string" ? NON_FINITE[value] : value;
}

/**
 * Connects and stays connected. `onMessage(message)` gets snapshot, records, live and run messages in order;
 * `onConnection({ state, retryAt })` gets "connecting", "live" and "disconnected" (retryAt in ms since the epoch).
 * Returns { retryNow(), close() }.
 */
export function connectFeed({ url, onMessage, onConnection }) {
  let socket;
  let timer;
  let wait = FIRST_WAIT;
  let closed = false;

  const connect = () => {
    clearTimeout(timer);
    onConnection({ state: "connecting" });
    const counts = new Map();
    const mine = new WebSocket(url);
    socket = mine;
    mine.onopen = () => mine.send(JSON.stringify({ type: "hello", protocol: 1 }));
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      const message = JSON.parse(data);
      if (message.type === "records" && !inOrder(counts, message)) return mine.close(4000, "gap");
      onMessage(message);
      if (message.type === "live") {
        wait = FIRST_WAIT;
        onConnection({ state: "live" });
      }
    };
    mine.onclose = () => {
      if (closed || mine !== socket) return;
      const delay = wait * (0.8 + 0.4 * Math.random());
      wait = Math.min(LONGEST_WAIT, wait * 2);
      timer = setTimeout(connect, delay);
      onConnection({ state: "disconnected", retryAt: Date.now() + delay });
    };
  };
  connect();

  return {
    retryNow() {
      if (socket.readyState === WebSocket.CLOSED) connect();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      socket.close();
    },
  };
}

/** Whether the message follows what came before it; counts it. */
function inOrder(counts, { runId, seq, readings, histograms, events }) {
  const had = counts.get(runId) ?? { reading: 0, histogram: 0, event: 0 };
  counts.set(runId, {
    reading: seq.reading + readings.step.length,
    histogram: seq.histogram + histograms.length,
    event: seq.event + events.length,
  });
  return had.reading === seq.reading && had.histogram === seq.histogram && had.event === seq.event;
}
