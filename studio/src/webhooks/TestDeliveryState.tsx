import { useCallback } from 'react';
import { DeliveryStatusBadge } from '../deliveries/DeliveryStatusBadge';
import { explainError } from '../deliveries/explain-error';
import { PendingNote } from '../deliveries/PendingNote';
import { nextDetailDelayMs } from '../deliveries/polling-rhythm';
import { usePolled } from '../data/use-polled';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { useSession } from '../session/use-session';
import { formatDuration } from '../time/format-duration';
import classes from './TestDeliveryState.module.css';

/** How the last test event fares, right beside the button that sent it. */
export function TestDeliveryState({ chatbotId, deliveryId }: { chatbotId: string; deliveryId: string }) {
  const { api } = useSession();
  const load = useCallback(
    (signal: AbortSignal) => api.getDelivery(chatbotId, deliveryId, signal),
    [api, chatbotId, deliveryId],
  );
  const { data: delivery } = usePolled(load, nextDetailDelayMs);
  return (
    <div className={classes.state}>
      {/* The countdown stays outside of what is read out at every change. */}
      <span role="status" className={classes.state}>
        <span>Test event</span>
        <DeliveryStatusBadge status={delivery?.status ?? 'pending'} />
        {delivery?.responseStatus != null && (
          <span className="tabular">response {delivery.responseStatus}</span>
        )}
      </span>
      {delivery?.durationMs != null && <span className="tabular">{formatDuration(delivery.durationMs)}</span>}
      {delivery && <PendingNote delivery={delivery} />}
      {delivery && <Link to={paths.delivery(chatbotId, deliveryId)}>Details</Link>}
      {delivery?.error && (
        <p className={classes.cause}>
          {explainError(delivery.error, delivery.responseStatus).cause}{' '}
          {explainError(delivery.error, delivery.responseStatus).whatToDo}
        </p>
      )}
    </div>
  );
}
