import { Drawer, Skeleton } from '@mantine/core';
import { useCallback } from 'react';
import { isUnknownId } from '../api/api-problem';
import type { EventType } from '../api/types';
import { usePolled } from '../data/use-polled';
import { EmptyState } from '../design/EmptyState';
import { ErrorState } from '../design/ErrorState';
import { useSession } from '../session/use-session';
import { DeliveryDetails } from './DeliveryDetails';
import { nextDetailDelayMs } from './polling-rhythm';

interface DeliveryDrawerProps {
  chatbotId: string;
  deliveryId: string;
  headerPrefix: string;
  eventTypes: EventType[];
  onClose: () => void;
  /** Called after the delivery was sent again. */
  onChanged: () => void;
}

/** One delivery beside the table. Default export: loaded only when the first one is opened. */
export default function DeliveryDrawer(props: DeliveryDrawerProps) {
  const { chatbotId, deliveryId, headerPrefix, eventTypes, onClose, onChanged } = props;
  const { api } = useSession();
  const load = useCallback(
    (signal: AbortSignal) => api.getDelivery(chatbotId, deliveryId, signal),
    [api, chatbotId, deliveryId],
  );
  const { data: delivery, problem, refresh } = usePolled(load, nextDetailDelayMs);
  const label = eventTypes.find(({ type }) => type === delivery?.eventType)?.label;

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(46rem, 100%)"
      title={label ?? delivery?.eventType ?? 'Delivery'}
      transitionProps={{ duration: 120 }}
    >
      {isUnknownId(problem) && !delivery ? (
        <EmptyState title="There is no such delivery">
          Deliveries are kept for a limited time only (the server’s retention). This one is probably older, or
          belongs to another chatbot.
        </EmptyState>
      ) : problem && !delivery ? (
        <ErrorState title="The delivery could not be loaded" problem={problem} onRetry={refresh} />
      ) : delivery ? (
        <DeliveryDetails
          chatbotId={chatbotId}
          delivery={delivery}
          headerPrefix={headerPrefix}
          onRedelivered={() => {
            refresh();
            onChanged();
          }}
        />
      ) : (
        <Skeleton height="24rem" />
      )}
    </Drawer>
  );
}
