import "../register.js";

await import("./worker.ts");
