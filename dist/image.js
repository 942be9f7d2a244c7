import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/image.ts
await runToEnd(runnerSurface(), (session) => runAction("image", session));
export {};
