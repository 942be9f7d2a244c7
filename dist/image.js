import { h as runnerSurface, l as runAction, v as runToEnd } from "./start.js";
// src/entries/image.ts
await runToEnd(runnerSurface(), (session) => runAction("image", session));
export {};
