import { h as runnerSurface, l as runAction, v as runToEnd } from "./start.js";
// src/entries/package.ts
await runToEnd(runnerSurface(), (session) => runAction("package", session));
export {};
