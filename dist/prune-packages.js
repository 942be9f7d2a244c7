export { n as prunePackages } from "./release-room.js";
