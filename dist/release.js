import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/release.ts
await runToEnd(runnerSurface(), (session) => runAction("release", session));
export {};
