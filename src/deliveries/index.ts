export { DeliveriesModule } from './deliveries.module.js';
export { Delivery } from './delivery.entity.js';
export { DeliveryAttempt } from './delivery-attempt.entity.js';
export * from './delivery-ledger.js';
export * from './delivery-status.js';
export { RecentDeliveries } from './recent-deliveries.js';
export { RequestHeaders } from './request-headers.js';
