import { _ as runToEnd, c as runAction, m as runnerSurface } from "./start.js";
// src/entries/index.ts
await runToEnd(runnerSurface(), (session) => runAction("build", session));
export {};
