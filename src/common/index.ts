export * from './assert-never.js';
export * from './batcher.js';
export * from './clock.js';
export * from './database-failure.js';
export * from './domain-error.js';
export * from './ids.js';
export { ProblemDetailsFilter, type Problem } from './problem-details.filter.js';
