export { r as testPackages } from "./engine.js";
