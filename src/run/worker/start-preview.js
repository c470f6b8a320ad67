import "../register.js";

await import("./preview.ts");
