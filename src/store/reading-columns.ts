/** Readings column by column: item `i` of each column is of the same reading. Names are numbers of a list. */
export interface StoredColumns {
  /** Number of readings. */
  readonly length: number;
  /** Ids of the runs. */
  readonly runs: readonly string[];
  /** Names of the probes. */
  readonly probes: readonly string[];
  /** Names of their numbers. */
  readonly stats: readonly string[];
  /** Place of the run in `runs`. */
  readonly run: Int32Array;
  /** Place of the probe in `probes`. */
  readonly probe: Int32Array;
  /** Place of the number's name in `stats`. */
  readonly stat: Int32Array;
  /** Steps, from 0. */
  readonly step: Int32Array;
  /** Layers, from 1; -1 where there is none. */
  readonly layer: Int32Array;
  /** Units, from 0; -1 where there is none. */
  readonly unit: Int32Array;
  /** Distances walked; NaN where there is none. */
  readonly distance: Float64Array;
  /** Values. */
  readonly value: Float64Array;
}

type Names = Readonly<Record<"run" | "probe" | "stat", string>>;
type Numbers = Readonly<Record<"step" | "layer" | "unit" | "distance" | "value", number>>;

const WHOLE = ["run", "probe", "stat", "step", "layer", "unit"] as const;
const REAL = ["distance", "value"] as const;

/** Collects readings as columns that grow. */
export class ColumnCollector {
  readonly #names = {
    run: new Map<string, number>(),
    probe: new Map<string, number>(),
    stat: new Map<string, number>(),
  };
  #room = 1024;
  #length = 0;
  #whole = Object.fromEntries(WHOLE.map((name) => [name, new Int32Array(this.#room)])) as Record<
    (typeof WHOLE)[number],
    Int32Array
  >;
  #real = Object.fromEntries(REAL.map((name) => [name, new Float64Array(this.#room)])) as Record<
    (typeof REAL)[number],
    Float64Array
  >;

  add({ run, probe, stat }: Names, { step, layer, unit, distance, value }: Numbers): void {
    if (this.#length === this.#room) this.#grow();
    const at = this.#length++;
    this.#whole.run[at] = this.#placeOf("run", run);
    this.#whole.probe[at] = this.#placeOf("probe", probe);
    this.#whole.stat[at] = this.#placeOf("stat", stat);
    this.#whole.step[at] = step;
    this.#whole.layer[at] = layer;
    this.#whole.unit[at] = unit;
    this.#real.distance[at] = distance;
    this.#real.value[at] = value;
  }

  columns(): StoredColumns {
    const length = this.#length;
    const { run, probe, stat, step, layer, unit } = this.#whole;
    const { distance, value } = this.#real;
    return {
      length,
      runs: [...this.#names.run.keys()],
      probes: [...this.#names.probe.keys()],
      stats: [...this.#names.stat.keys()],
      run: run.slice(0, length),
      probe: probe.slice(0, length),
      stat: stat.slice(0, length),
      step: step.slice(0, length),
      layer: layer.slice(0, length),
      unit: unit.slice(0, length),
      distance: distance.slice(0, length),
      value: value.slice(0, length),
    };
  }

  #placeOf(kind: keyof Names, name: string): number {
    const places = this.#names[kind];
    const there = places.get(name);
    if (there !== undefined) return there;
    places.set(name, places.size);
    return places.size - 1;
  }

  #grow(): void {
    this.#room *= 2;
    for (const name of WHOLE) {
      const wider = new Int32Array(this.#room);
      wider.set(this.#whole[name]);
      this.#whole[name] = wider;
    }
    for (const name of REAL) {
      const wider = new Float64Array(this.#room);
      wider.set(this.#real[name]);
      this.#real[name] = wider;
    }
  }
}
