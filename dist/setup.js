import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/setup.ts
await runToEnd(runnerSurface(), (session) => runAction("setup", session));
export {};
