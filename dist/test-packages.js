export { a as testPackages } from "./engine.js";
