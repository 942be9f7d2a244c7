import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/package.ts
await runToEnd(runnerSurface(), (session) => runAction("package", session));
export {};
