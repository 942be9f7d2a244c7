export { t as openWorld } from "./engine.js";
