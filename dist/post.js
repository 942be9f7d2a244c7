import { S as wipePath, x as leftToWipe } from "./start.js";
// src/entries/post.ts
for (const path of leftToWipe()) await wipePath(path);
export {};
