import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/index.ts
await runToEnd(runnerSurface(), (session) => runAction("build", session));
export {};
