export { OperationsModule } from './operations.module.js';
export { PinoLogger } from './pino-logger.js';
export { Retention } from './retention.js';
