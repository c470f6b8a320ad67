import "../register.js";

await import("./child.ts");
