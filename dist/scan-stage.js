export { n as scanStage } from "./scanning.js";
