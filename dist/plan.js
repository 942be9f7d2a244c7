import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/plan.ts
await runToEnd(runnerSurface(), (session) => runAction("plan", session));
export {};
