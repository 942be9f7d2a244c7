export { t as context } from "./vendor-github.js";
