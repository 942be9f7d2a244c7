import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/plan.ts
await runToEnd(runnerSurface(), (session) => runAction("plan", session));
export {};
