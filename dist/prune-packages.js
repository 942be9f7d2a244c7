export { r as prunePackages } from "./engine.js";
