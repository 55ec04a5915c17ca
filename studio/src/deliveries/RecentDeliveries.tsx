import type { EventType } from '../api/types';
import { EmptyState } from '../design/EmptyState';
import { ErrorState } from '../design/ErrorState';
import { Note } from '../design/Note';
import { Panel } from '../design/Panel';
import { messageOf } from '../api/api-problem';
import { DeliveryFilters } from './DeliveryFilters';
import { DeliveryPager } from './DeliveryPager';
import { DeliveryTable } from './DeliveryTable';
import { isFiltering } from './delivery-filter';
import type { useDeliveries } from './use-deliveries';

interface RecentDeliveriesProps {
  chatbotId: string;
  deliveries: ReturnType<typeof useDeliveries>;
  eventTypes: EventType[];
  newestTestDeliveryId: string | null;
}

const TITLE_ID = 'recent-deliveries';

export function RecentDeliveries({
  chatbotId,
  deliveries,
  eventTypes,
  newestTestDeliveryId,
}: RecentDeliveriesProps) {
  const { page, problem, filter } = deliveries;
  const isEmpty = page?.items.length === 0;
  return (
    <Panel
      title="Recent Deliveries"
      titleId={TITLE_ID}
      lead="What was sent to your URL, newest first. Open one to see request and answer."
    >
      <DeliveryFilters filter={filter} eventTypes={eventTypes} onChange={deliveries.changeFilter} />
      {problem && page ? (
        <Note tone="bad">This list is not up to date: {messageOf(problem)} Trying again by itself.</Note>
      ) : null}
      {problem && !page ? (
        <ErrorState
          title="The deliveries could not be loaded"
          problem={problem}
          onRetry={deliveries.refresh}
        />
      ) : (
        <>
          <DeliveryTable
            labelledBy={TITLE_ID}
            chatbotId={chatbotId}
            deliveries={page?.items}
            eventTypes={eventTypes}
            freshDeliveryId={newestTestDeliveryId}
          />
          {isEmpty && !isFiltering(filter) && (
            <EmptyState title="No deliveries yet">
              Save your URL and choose Send Test Event: the delivery appears here within a second.
            </EmptyState>
          )}
          {isEmpty && isFiltering(filter) && (
            <EmptyState icon="search" title="No delivery fits this filter">
              Deliveries are kept for a limited time only; older ones are gone.
            </EmptyState>
          )}
          <DeliveryPager
            pageNumber={deliveries.pageNumber}
            onNewer={deliveries.showNewer}
            onOlder={deliveries.showOlder}
          />
        </>
      )}
    </Panel>
  );
}
