import js from "@eslint/js";
import tseslint from "typescript-eslint";

const ENUM = { selector: "TSEnumDeclaration", message: "use a union of literals" };
const SPREAD_OF_LITERAL = {
  selector: "SpreadElement > :matches(ObjectExpression, ArrayExpression)",
  message: "write the properties or elements themselves, one a line",
};

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "results/",
      "data/",
      "src/backend/wasm/assembly/",
      // Beside ts-node's tsconfig.json, which names no files.
      "src/run/typescript/*.d.ts",
      // Somebody else's project: tests/package compiles it by itself.
      "tests/package/consumer/",
      "coverage/",
      "dist/",
      "docs/api/",
      ".tensorflow*/",
    ],
  },
  js.configs.recommended,
  { rules: { "no-sequences": ["error", { allowInParentheses: false }] } },
  { files: ["**/*.ts"], extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked] },
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Index signatures are read with brackets (noPropertyAccessFromIndexSignature reads better in kernels and params).
      "@typescript-eslint/dot-notation": "off",
      // `noUncheckedIndexedAccess` makes every array read optional; `!` says that the index is known to be good.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowArray: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/prefer-nullish-coalescing": "off",
      // tfjs hands kernels TensorInfo and means Tensor.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // Interfaces such as Sink return promises; not every implementation has something to wait for.
      "@typescript-eslint/require-await": "off",
      "no-restricted-syntax": ["error", ENUM, SPREAD_OF_LITERAL],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
  {
    files: ["**/*.js"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
);
