import { dispose, keep, reshape, tidy, zeros, type Tensor } from "@tensorflow/tfjs-core";
import type { Params } from "../params.ts";
import { anotherName } from "./another-name.ts";
import type { DataId, RecordedCall } from "./record.ts";
import type { Call } from "./rule.ts";

/** Recorded calls with the values that their rules read: pushes tangents from parameters to results. */
export class TangentProgram {
  readonly #calls: readonly RecordedCall[];
  readonly #values: ReadonlyMap<DataId, Tensor>;
  readonly #last: readonly (readonly DataId[])[];
  /** What rules made once. */
  readonly #made = new Map<string, Tensor>();

  /** Takes over `values`. */
  constructor(calls: readonly RecordedCall[], values: ReadonlyMap<DataId, Tensor>) {
    this.#calls = calls;
    this.#values = values;
    this.#last = lastUses(calls);
  }

  /** Computes how `results` move when `params` move along `direction`. The caller owns the result. */
  run(params: Params, direction: Params, results: Params): Params {
    const wanted = new Set<DataId>(Object.values(results).map(({ dataId }) => dataId));
    return tidy(() => {
      const tangents = new Map<DataId, Tensor>();
      for (const [name, { dataId }] of Object.entries(params)) {
        const own = direction[name];
        if (own) tangents.set(dataId, anotherName(own));
      }
      this.#calls.forEach((call, i) => {
        // A rule may hand a tangent on as it is; what it gives has an owner of its own.
        const moved = tidy(() =>
          ([call.rule!.push(this.#view(i, tangents))].flat() as (Tensor | undefined)[]).map((t) => t && anotherName(t)),
        );
        call.outputs.forEach(({ id }, output) => {
          const tangent = moved[output];
          if (tangent) tangents.set(id, tangent);
        });
        for (const id of this.#last[i]!) {
          if (wanted.has(id)) continue;
          tangents.get(id)?.dispose();
          tangents.delete(id);
        }
      });
      const entries = Object.entries(results).map(([name, { dataId, shape }]) => {
        const tangent = tangents.get(dataId);
        return [name, tangent ? reshape(tangent, shape) : zeros(shape)] as const;
      });
      return Object.fromEntries(entries);
    });
  }

  dispose(): void {
    dispose([...this.#values.values(), ...this.#made.values()]);
  }

  #view(index: number, tangents: ReadonlyMap<DataId, Tensor>): Call {
    const { kernel, attrs, inputs, outputs } = this.#calls[index]!;
    const shaped = (tensor: Tensor, shape: number[]): Tensor =>
      tensor.shape.join() === shape.join() ? tensor : reshape(tensor, shape);
    return {
      kernel,
      attrs,
      names: [...inputs.keys()],
      shapeOf: (name) => inputs.get(name)!.shape,
      shape: outputs[0]!.shape,
      outputCount: outputs.length,
      input: (name) => shaped(this.#values.get(inputs.get(name)!.id)!, inputs.get(name)!.shape),
      output: (output = 0) => shaped(this.#values.get(outputs[output]!.id)!, outputs[output]!.shape),
      tangent: (name) => {
        const slot = inputs.get(name)!;
        const tangent = tangents.get(slot.id);
        return tangent && shaped(tangent, slot.shape);
      },
      once: (name, make) => {
        const place = `${index} ${name}`;
        if (!this.#made.has(place)) this.#made.set(place, keep(tidy(make)));
        return this.#made.get(place)!;
      },
    };
  }
}

/** Returns, for each call, the tangents that no later call reads. */
function lastUses(calls: readonly RecordedCall[]): readonly (readonly DataId[])[] {
  const seen = new Set<DataId>();
  const last = calls.map(() => [] as DataId[]);
  for (let i = calls.length - 1; i >= 0; i--) {
    const { inputs, outputs } = calls[i]!;
    for (const { id } of [...outputs, ...inputs.values()]) {
      if (seen.has(id)) continue;
      seen.add(id);
      last[i]!.push(id);
    }
  }
  return last;
}
