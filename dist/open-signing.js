export { n as checkSigning } from "./signing.js";
