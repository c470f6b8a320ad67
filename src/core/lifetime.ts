/**
 * The time in which live values (Step, Activation, Gradient) may be read: the synchronous push that brought them.
 * Reading later throws an error that names the cause.
 */
export class Lifetime {
  #ended = false;

  end(): void {
    this.#ended = true;
  }

  /**
   * Checks that the push is not over.
   *
   * @throws {Error} when the push that brought `what` is over.
   */
  check(what: string): void {
    if (!this.#ended) return;
    throw new Error(
      `${what} was read after its push had ended: an operator held it (delay, bufferCount, observeOn, an await). ` +
        `Read the numbers inside the push and hold those`,
    );
  }

  /**
   * Returns an object whose `borrowed` properties can be read while this lifetime lasts, and whose `plain` ones always
   * can.
   */
  lend<P extends object, B extends object>(what: string, plain: P, borrowed: B): P & B {
    const value = { ...plain };
    for (const name of Object.keys(borrowed) as (keyof B)[]) {
      const get = () => {
        this.check(`${String(name)} of ${what}`);
        return borrowed[name];
      };
      Object.defineProperty(value, name, { get, enumerable: true });
    }
    return value as P & B;
  }
}
