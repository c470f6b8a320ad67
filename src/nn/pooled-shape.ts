import { UserError } from "../core/errors.ts";

/**
 * Returns the function from the shape of an image to that of its windows of `size` × `size` without overlap. It throws a
 * `UserError` naming `who` for what is no image, or smaller than a window.
 */
export function pooledShape(who: string, size: number): (shape: readonly number[]) => readonly number[] {
  return (shape) => {
    if (shape.length !== 3) throw new UserError(`${who}: needs [height, width, channels] examples, not [${shape}]`);
    const [height, width, channels] = shape as [number, number, number];
    if (Math.min(height, width) < size) {
      throw new UserError(`${who}: windows of ${size} do not fit ${height} x ${width}; pool less, or give it more`);
    }
    return [Math.floor(height / size), Math.floor(width / size), channels];
  };
}
