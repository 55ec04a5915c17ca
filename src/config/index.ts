export {
  type BroughtByHost,
  Environment,
  EnvironmentError,
  readEnvironment,
  type Variables,
  variablesWith,
} from './environment.js';
export { parseSecretKeys } from './environment-rules.js';
export { PRODUCT } from './product.js';
