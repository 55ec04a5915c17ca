import { ScheduledRetryPolicy } from '../../src/index.js';
import { retryPolicyContract } from './retry-policy.contract.js';

retryPolicyContract('1 s, 4 s, 16 s', () => new ScheduledRetryPolicy([1000, 4000, 16_000]));
retryPolicyContract('no retries', () => new ScheduledRetryPolicy([]));
