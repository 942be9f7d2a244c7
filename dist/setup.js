import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/setup.ts
await runToEnd(runnerSurface(), (session) => runAction("setup", session));
export {};
