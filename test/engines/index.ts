/** Engines for the end-to-end tests and the demo: a real `pulumi` where there is one, and always the double. */
export type * from "./engine";
export { engineDouble, engineDoubleProcess } from "./engine-double";
export { findEngine, realEngine } from "./find-engine";
