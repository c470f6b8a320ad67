import "../../run/register.js";

await import("./child.ts");
