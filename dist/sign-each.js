export { t as signEach } from "./signing.js";
