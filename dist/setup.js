import { _ as runToEnd, c as runAction, m as runnerSurface } from "./start.js";
// src/entries/setup.ts
await runToEnd(runnerSurface(), (session) => runAction("setup", session));
export {};
