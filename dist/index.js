import { h as runnerSurface, l as runAction, v as runToEnd } from "./start.js";
// src/entries/index.ts
await runToEnd(runnerSurface(), (session) => runAction("build", session));
export {};
