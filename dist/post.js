import { _ as leftToWipe, v as wipePath } from "./start.js";
// src/entries/post.ts
for (const path of leftToWipe()) await wipePath(path);
export {};
