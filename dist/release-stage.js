export { t as releaseStage } from "./release-room.js";
