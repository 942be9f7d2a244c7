import { _ as wipePath, g as leftToWipe } from "./start.js";
// src/entries/post.ts
for (const path of leftToWipe()) await wipePath(path);
export {};
