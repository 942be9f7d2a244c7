export { r as checkSigning } from "./signing.js";
