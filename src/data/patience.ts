/** Milliseconds without a byte until a line says so, and until the connection is given up. */
export interface PatienceTimes {
  readonly tell: number;
  readonly giveUp: number;
}

const TIMES: PatienceTimes = { tell: 15_000, giveUp: 60_000 };

/** Watches over a connection that may fall silent: says so after a while, and aborts it in the end. */
export class Patience {
  readonly #host: string;
  readonly #times: PatienceTimes;
  readonly #onNotice: (line: string) => void;
  readonly #abort = new AbortController();
  #telling: NodeJS.Timeout | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(host: string, times: PatienceTimes = TIMES, onNotice: (line: string) => void = () => undefined) {
    this.#host = host;
    this.#times = times;
    this.#onNotice = onNotice;
    this.heard();
  }

  /** Aborted when the connection is given up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isOver(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Why it is given up. */
  get reason(): string {
    return `nothing came from ${this.#host} for ${inSeconds(this.#times.giveUp)}`;
  }

  /** Something has come: starts anew. */
  heard(): void {
    this.end();
    const { tell, giveUp } = this.#times;
    const line = `nothing has come from ${this.#host} for ${inSeconds(tell)}; waiting for up to ${inSeconds(giveUp)}`;
    this.#telling = setTimeout(() => this.#onNotice(line), tell);
    this.#ending = setTimeout(() => this.#abort.abort(), giveUp);
  }

  end(): void {
    clearTimeout(this.#telling);
    clearTimeout(this.#ending);
  }
}

const inSeconds = (milliseconds: number): string => `${milliseconds / 1000} s`;
