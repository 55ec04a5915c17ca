import type { Delivery } from '../api/types';
import { Link } from '../navigation/Link';
import { paths } from '../navigation/routes';
import { formatMaybeDuration } from '../time/format-duration';
import { RelativeTime } from '../time/RelativeTime';
import { deliveryLinkId } from './delivery-link';
import { DeliveryStatusBadge } from './DeliveryStatusBadge';
import classes from './DeliveryTable.module.css';
import { explainError } from './explain-error';
import { PendingNote } from './PendingNote';

interface DeliveryRowProps {
  chatbotId: string;
  delivery: Delivery;
  eventLabel: string;
  isFresh: boolean;
}

export function DeliveryRow({ chatbotId, delivery, eventLabel, isFresh }: DeliveryRowProps) {
  const { id, eventType, status, test, responseStatus, error, attemptCount, createdAt, durationMs } =
    delivery;
  return (
    <tr className={classes.row} role="row" data-fresh={isFresh || undefined}>
      <td role="cell">
        <span className={classes.event}>
          <Link to={paths.delivery(chatbotId, id)} id={deliveryLinkId(id)} className={classes.link}>
            {eventLabel}
          </Link>
          {test && <span className={classes.test}>test</span>}
        </span>
        <span className={classes.type}>{eventType}</span>
      </td>
      <td role="cell">
        <DeliveryStatusBadge status={status} />
        <span className={classes.note}>
          <PendingNote delivery={delivery} />
        </span>
      </td>
      <td role="cell" data-label="Response code">
        <span>
          {responseStatus ?? '–'}
          {error && error.code !== 'http_status' && (
            <span className={classes.note}>{explainError(error, responseStatus).title}</span>
          )}
        </span>
      </td>
      <td role="cell" data-label="Attempts">
        {attemptCount}
      </td>
      <td role="cell" data-label="Time">
        <RelativeTime at={createdAt} />
      </td>
      <td role="cell" data-label="Duration">
        {formatMaybeDuration(durationMs)}
      </td>
    </tr>
  );
}
