import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/index.ts
await runToEnd(runnerSurface(), (session) => runAction("build", session));
export {};
