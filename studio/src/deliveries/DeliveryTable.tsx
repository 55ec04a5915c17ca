import { VisuallyHidden } from '@mantine/core';
import type { Delivery, EventType } from '../api/types';
import { DeliveryRow } from './DeliveryRow';
import { DeliveryRowSkeleton } from './DeliveryRowSkeleton';
import classes from './DeliveryTable.module.css';

interface DeliveryTableProps {
  labelledBy: string;
  chatbotId: string;
  /** Undefined while they load. */
  deliveries: Delivery[] | undefined;
  eventTypes: EventType[];
  /** The row to draw the eye to. */
  freshDeliveryId: string | null;
}

const COLUMNS = ['Event', 'Status', 'Response code', 'Attempts', 'Time', 'Duration'];
const SKELETON_ROWS = [0, 1, 2];

/** The roles are spelled out because the phone's layout (display: grid) would take them away from the elements. */
export function DeliveryTable(props: DeliveryTableProps) {
  const { labelledBy, chatbotId, deliveries, eventTypes, freshDeliveryId } = props;
  const labels = new Map(eventTypes.map(({ type, label }) => [type, label]));
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table" aria-labelledby={labelledBy} aria-busy={!deliveries}>
        <thead role="rowgroup">
          <tr role="row">
            {COLUMNS.map((column) => (
              <th key={column} scope="col" role="columnheader">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {!deliveries && SKELETON_ROWS.map((row) => <DeliveryRowSkeleton key={row} />)}
          {deliveries?.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              chatbotId={chatbotId}
              delivery={delivery}
              eventLabel={labels.get(delivery.eventType) ?? delivery.eventType}
              isFresh={delivery.id === freshDeliveryId}
            />
          ))}
        </tbody>
      </table>
      {!deliveries && <VisuallyHidden role="status">Loading deliveries</VisuallyHidden>}
    </div>
  );
}
