export { Environment, EnvironmentError, readEnvironment } from './environment.js';
export { parseSecretKeys } from './environment-rules.js';
