export { i as find } from "./vendor.js";
