import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/release.ts
await runToEnd(runnerSurface(), (session) => runAction("release", session));
export {};
