import { g as wipePath, h as leftToWipe } from "./start.js";
// src/entries/post.ts
for (const path of leftToWipe()) await wipePath(path);
export {};
