export { EgressModule } from './egress.module.js';
export { EgressOptions } from './egress.options.js';
export { PublicHttpsUrlPolicy } from './public-https.url-policy.js';
export { SenderClosedError } from './exchange.js';
export { requestKeySet } from './key-set-request.js';
export type { ReceivedResponse, SendFailureCode } from './send-failure.js';
export { UrlPolicy, type UrlVerdict } from './url-policy.js';
export { WebhookSender, type OutgoingRequest, type SendOutcome } from './webhook-sender.js';
