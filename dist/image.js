import { _ as runToEnd, c as runAction, m as runnerSurface } from "./start.js";
// src/entries/image.ts
await runToEnd(runnerSurface(), (session) => runAction("image", session));
export {};
