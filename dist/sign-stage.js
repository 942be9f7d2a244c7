export { t as signStage } from "./signing.js";
