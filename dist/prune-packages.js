export { a as prunePackages } from "./release-room.js";
