export { E as checkSigning } from "./signing.js";
