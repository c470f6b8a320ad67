import fc from "fast-check";
import { expect, it } from "vitest";
import { plainText } from "gradstream/client";
import { UNPLAIN } from "../fixtures/unplain.ts";

it("keeps what is seen as it is, and makes the rest visible", () => {
  expect(plainText("µ ≥ 1 | naïve 🙂 = x")).toBe("µ ≥ 1 | naïve 🙂 = x");
  expect(plainText("\u001b[1;31mred\u001b[0m a\nb\r\tc\u001b]0;t\u0007\u009b\u202e")).toBe(
    "red a\\nb\\r\\tc\\u001b]0;t\\u0007\\u009b\\u202e",
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plainText(text)).not.toMatch(UNPLAIN);
      expect(plainText(text)).not.toContain("\n");
    }),
  );
});
