import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/image.ts
await runToEnd(runnerSurface(), (session) => runAction("image", session));
export {};
