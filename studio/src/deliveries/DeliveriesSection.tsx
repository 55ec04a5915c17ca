import { lazy, Suspense, useEffect } from 'react';
import type { EventType, WebhookSettings } from '../api/types';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import { DeliveryOverview } from './DeliveryOverview';
import { RecentDeliveries } from './RecentDeliveries';
import { useDeliveries } from './use-deliveries';

const DeliveryDrawer = lazy(() => import('./DeliveryDrawer'));

interface DeliveriesSectionProps {
  chatbotId: string;
  settings: WebhookSettings;
  eventTypes: EventType[];
  openDeliveryId: string | null;
  /** Changes when a test event was sent: the table looks at once. */
  newestTestDeliveryId: string | null;
}

export function DeliveriesSection(props: DeliveriesSectionProps) {
  const { chatbotId, settings, eventTypes, openDeliveryId, newestTestDeliveryId } = props;
  const { navigate } = useNavigation();
  const deliveries = useDeliveries(chatbotId);
  const { page, refresh } = deliveries;

  useEffect(() => {
    if (newestTestDeliveryId) refresh();
  }, [newestTestDeliveryId, refresh]);

  const endedCount = page?.items.filter(({ status }) => status !== 'pending').length ?? 0;
  return (
    <>
      <DeliveryOverview chatbotId={chatbotId} changeKey={`${page?.items[0]?.id} ${endedCount}`} />
      <RecentDeliveries
        chatbotId={chatbotId}
        deliveries={deliveries}
        eventTypes={eventTypes}
        newestTestDeliveryId={newestTestDeliveryId}
      />
      <Suspense fallback={null}>
        {openDeliveryId && (
          <DeliveryDrawer
            key={openDeliveryId}
            chatbotId={chatbotId}
            deliveryId={openDeliveryId}
            headerPrefix={settings.headerPrefix}
            eventTypes={eventTypes}
            onClose={() => navigate(paths.webhooks(chatbotId))}
            onChanged={refresh}
          />
        )}
      </Suspense>
    </>
  );
}
