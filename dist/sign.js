import { C as runToEnd, b as runnerSurface, u as runAction } from "./start.js";
// src/entries/sign.ts
await runToEnd(runnerSurface(), (session) => runAction("sign", session));
export {};
