import { describe, expect, it } from "vitest";
import { transferProgress } from "../../src/data/transfer-progress.ts";
import { writeStream } from "../fixtures/write-stream.ts";

describe("transferProgress", () => {
  it("writes a line every five seconds where there is no terminal", () => {
    const stream = writeStream();
    let time = 0;
    const progress = transferProgress(stream, () => time);
    for (let second = 0; second <= 12; second++, time += 1000) progress.update(second * 10e6, 170e6);
    progress.end();
    expect(stream.text.split("\n")).toEqual([
      "0 %, 0.0 of 170.0 MB",
      "29 %, 50.0 of 170.0 MB, 10.0 MB/s, 12 s left",
      "58 %, 100.0 of 170.0 MB, 10.0 MB/s, 7 s left",
      "70 %, 120.0 of 170.0 MB, 10.0 MB/s, 5 s left",
      "",
    ]);
  });

  it("rewrites one line on a terminal, counting only what this run has brought", () => {
    const stream = writeStream(true);
    let time = 0;
    const progress = transferProgress(stream, () => time);
    progress.update(100e6, undefined);
    time = 2000;
    progress.update(104e6, undefined);
    progress.end();
    progress.end();
    expect(stream.text).toBe("\r\x1b[K100.0 MB\r\x1b[K104.0 MB, 2.0 MB/s\n");
  });
});
