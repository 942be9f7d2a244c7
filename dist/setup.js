import { h as runnerSurface, l as runAction, v as runToEnd } from "./start.js";
// src/entries/setup.ts
await runToEnd(runnerSurface(), (session) => runAction("setup", session));
export {};
