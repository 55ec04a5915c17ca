import { Box } from '@mantine/core';
import type { EventType, WebhookSettings } from '../api/types';
import { EmptyState } from '../design/EmptyState';
import { ErrorState } from '../design/ErrorState';
import { Note } from '../design/Note';
import { Panel } from '../design/Panel';
import { isUnreachable, messageOf } from '../api/api-problem';
import { useSession } from '../session/use-session';
import { DeliveryFilters } from './DeliveryFilters';
import { DeliveryPager } from './DeliveryPager';
import { DeliveryTable } from './DeliveryTable';
import { isFiltering, isRangeEmpty } from './delivery-filter';
import type { useDeliveries } from './use-deliveries';

interface RecentDeliveriesProps {
  chatbotId: string;
  settings: WebhookSettings;
  deliveries: ReturnType<typeof useDeliveries>;
  eventTypes: EventType[];
  newestTestDeliveryId: string | null;
}

const TITLE_ID = 'recent-deliveries';

export function RecentDeliveries({
  chatbotId,
  settings,
  deliveries,
  eventTypes,
  newestTestDeliveryId,
}: RecentDeliveriesProps) {
  const { page, problem, filter } = deliveries;
  const { can } = useSession();
  const isEmpty = page?.items.length === 0;
  return (
    <Panel
      title="Recent Deliveries"
      titleId={TITLE_ID}
      lead="What was sent to your URL, newest first. Open one to see request and answer."
    >
      <DeliveryFilters filter={filter} eventTypes={eventTypes} onChange={deliveries.changeFilter} />
      {problem && page ? (
        <Box mb="md">
          <Note tone="bad">This list is not up to date{describeReason(problem)} Trying again…</Note>
        </Box>
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
              {adviseFirstDelivery(settings, can('webhooks:write'))}
            </EmptyState>
          )}
          {isEmpty && isFiltering(filter) && !isRangeEmpty(filter) && (
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

/** Without the advice that goes with it elsewhere: here it is tried again anyway. */
function describeReason(problem: unknown): string {
  return isUnreachable(problem) ? ': the server did not answer.' : `. ${messageOf(problem)}`;
}

function adviseFirstDelivery({ entitled, saved, url }: WebhookSettings, mayTest: boolean): string {
  if (!entitled) return 'Nothing is sent without a plan that includes webhooks.';
  if (!mayTest) return 'They appear here as soon as events are sent.';
  const test = 'Send Test Event: the delivery appears here within a second.';
  return saved && url !== null ? `Choose ${test}` : `Save your URL and choose ${test}`;
}
