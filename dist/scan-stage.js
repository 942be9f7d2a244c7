export { i as scanStage } from "./engine.js";
