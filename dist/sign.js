import { h as runnerSurface, l as runAction, v as runToEnd } from "./start.js";
// src/entries/sign.ts
await runToEnd(runnerSurface(), (session) => runAction("sign", session));
export {};
