export { i as testPackages } from "./engine.js";
