import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/package.ts
await runToEnd(runnerSurface(), (session) => runAction("package", session));
export {};
