export { n as runStage } from "./engine.js";
