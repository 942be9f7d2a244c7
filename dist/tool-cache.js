export { f as find } from "./vendor-other.js";
