export { o as find } from "./vendor-other.js";
