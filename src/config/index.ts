export { Environment, EnvironmentError, readEnvironment } from './environment.js';
export { parseSecretKeys } from './environment-rules.js';
export { PRODUCT } from './product.js';
