import { describe, expect, it } from "vitest";
import { render } from "../../../src/run/terminal/render.ts";

describe("render", () => {
  const result = {
    columns: [
      { name: "arm", type: "VARCHAR" },
      { name: "value", type: "DOUBLE" },
      { name: "list", type: "DOUBLE[]" },
    ],
    rows: [
      ['a "b", c', 1.5, [1, NaN]],
      ["ü\n\u001b", -Infinity, null],
      ["", 12345.678, []],
    ],
  };

  it("aligns a table, numbers to the right", () => {
    expect(render(result, "table")).toBe(
      [
        "arm            value  list",
        "─────────  ─────────  ─────────",
        'a "b", c         1.5  [1,"NaN"]',
        "ü\\n\\u001b  -Infinity",
        "            12345.68  []",
        "(3 rows)",
        "",
      ].join("\n"),
    );
    expect(render({ columns: [{ name: "n", type: "BIGINT" }], rows: [[1]] }, "table")).toBe("n\n─\n1\n(1 row)\n");
  });

  it("writes CSV by RFC 4180, a row to a line", () => {
    expect(render(result, "csv")).toBe(
      'arm,value,list\r\n"a ""b"", c",1.5,"[1,""NaN""]"\r\nü\\n\\u001b,-Infinity,\r\n"",12345.678,[]\r\n',
    );
  });

  it("writes text that a spreadsheet would run as text, and numbers as numbers", () => {
    const columns = [{ name: "=name", type: "VARCHAR" }];
    const rows = ['=HYPERLINK("x")', "+1+2", "@sum", "-x", "-1.5e-7", "+3", "a=b"].map((text) => [text]);
    expect(render({ columns, rows }, "csv").split("\r\n")).toEqual([
      ...'\'=name|"\'=HYPERLINK(""x"")"|\'+1+2|\'@sum|\'-x|-1.5e-7|+3|a=b|'.split("|"),
    ]);
  });

  it("keeps what is not seen from commanding a terminal, in JSON without changing what it means", () => {
    const text = "a\u001b]0;x\u0007\u009b2J\u202eb\u2028c\u200fd";
    const odd = { columns: [{ name: text, type: "VARCHAR" }], rows: [[text]] };
    for (const format of ["table", "csv", "json"] as const) {
      // eslint-disable-next-line no-control-regex
      expect(render(odd, format)).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e-\u202e]/);
    }
    expect(JSON.parse(render(odd, "json"))).toEqual([{ [text]: text }]);
  });

  it("writes JSON with non-finite numbers as strings", () => {
    expect(JSON.parse(render(result, "json"))).toEqual([
      { arm: 'a "b", c', value: 1.5, list: [1, "NaN"] },
      { arm: "ü\n\u001b", value: "-Infinity", list: null },
      { arm: "", value: 12345.678, list: [] },
    ]);
  });
});
