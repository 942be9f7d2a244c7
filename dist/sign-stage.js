export { n as signStage } from "./signing.js";
