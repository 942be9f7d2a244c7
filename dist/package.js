import { _ as runToEnd, c as runAction, m as runnerSurface } from "./start.js";
// src/entries/package.ts
await runToEnd(runnerSurface(), (session) => runAction("package", session));
export {};
