// What ts-node turns TypeScript into JavaScript with: swc, as ts-node's own does, but with the decorators of TypeScript 5
// (and its accessors) and import attributes as they are written.
const { transformSync } = require("@swc/core");

const OPTIONS = {
  swcrc: false,
  sourceMaps: true,
  module: { type: "es6" },
  jsc: {
    target: "es2022",
    parser: { syntax: "typescript", decorators: true },
    transform: { decoratorVersion: "2022-03", useDefineForClassFields: true },
    keepClassNames: true,
    experimental: { keepImportAttributes: true },
  },
};

/** @type {import("ts-node").TranspilerFactory} */
exports.create = () => ({
  transpile(input, { fileName }) {
    const { code, map } = transformSync(input, { ...OPTIONS, filename: fileName });
    return { outputText: code, sourceMapText: map };
  },
});
