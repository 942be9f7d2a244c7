import { c as pMap, s as init_p_map } from "./vendor-other.js";
init_p_map();
export { pMap as default };
