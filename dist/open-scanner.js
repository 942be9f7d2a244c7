export { t as openScanner } from "./engine.js";
