import { g as runnerSurface, l as runAction, y as runToEnd } from "./start.js";
// src/entries/sign.ts
await runToEnd(runnerSurface(), (session) => runAction("sign", session));
export {};
