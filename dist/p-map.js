import { n as pMap, t as init_p_map } from "./vendor-other.js";
init_p_map();
export { pMap as default };
