import { lazy, Suspense, useEffect, useRef } from 'react';
import type { EventType, WebhookSettings } from '../api/types';
import { useOnChange } from '../data/use-on-change';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import { focusDeliveryLink } from './delivery-link';
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
  const { returnTo } = useNavigation();
  const deliveries = useDeliveries(chatbotId, eventTypes);
  const { page, refresh } = deliveries;

  useOnChange(newestTestDeliveryId, refresh);
  useOnChange(settings, refresh);

  const shownIdRef = useRef(openDeliveryId);
  useEffect(() => {
    // Back to the row, however the drawer was opened or closed: by key, link, or the browser's back button.
    if (shownIdRef.current && !openDeliveryId) focusDeliveryLink(shownIdRef.current);
    shownIdRef.current = openDeliveryId;
  }, [openDeliveryId]);

  const endedCount = page?.items.filter(({ status }) => status !== 'pending').length ?? 0;
  return (
    <>
      <DeliveryOverview chatbotId={chatbotId} changeKey={`${page?.items[0]?.id} ${endedCount}`} />
      <RecentDeliveries
        chatbotId={chatbotId}
        settings={settings}
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
            onClose={() => returnTo(paths.webhooks(chatbotId))}
            onChanged={refresh}
          />
        )}
      </Suspense>
    </>
  );
}
