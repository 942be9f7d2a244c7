export { t as openScanner } from "./scanning.js";
