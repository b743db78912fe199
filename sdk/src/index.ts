export { all, GodwitApi } from './api.js';
export { connect } from './client.js';
export { GodwitError, type ErrorFacts } from './errors.js';
export { adoptLogin } from './adopt.js';
export { systemClock, type Clock } from './clock.js';
export type { Platform } from './platform.js';
export type { ApiOptions } from './transport.js';
export * from './surface.js';
export * from './types.js';
