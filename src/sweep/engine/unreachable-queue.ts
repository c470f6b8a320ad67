/** A queue was out of reach for longer than its user has patience; what was committed stays committed. */
export class UnreachableQueue extends Error {
  override readonly name = "UnreachableQueue";
  constructor(where: string, seconds: number, why: string) {
    super(
      `queue: ${where} has been out of reach for ${seconds} s (${why}); when it is back, start again: nothing is lost`,
    );
  }
}
