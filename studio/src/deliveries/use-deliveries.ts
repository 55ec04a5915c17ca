import { useCallback, useMemo, useState } from 'react';
import type { EventType } from '../api/types';
import { usePolled } from '../data/use-polled';
import { addressQuery } from '../navigation/address-query';
import { useSession } from '../session/use-session';
import { readFilterQuery, toDeliveryQuery, toFilterQuery, type DeliveryFilter } from './delivery-filter';
import { nextPageDelayMs } from './polling-rhythm';

const PAGE_SIZE = 20;

/** One page of Recent Deliveries, kept current, with the filter and the way to other pages. */
export function useDeliveries(chatbotId: string, eventTypes: EventType[]) {
  const { api } = useSession();
  const [filter, setFilter] = useState(() => readFilterQuery(addressQuery.read(), eventTypes));
  /** The cursors of the pages that were turned; the last one is shown. */
  const [cursors, setCursors] = useState<string[]>([]);

  const query = useMemo(() => toDeliveryQuery(filter), [filter]);
  const cursor = cursors.at(-1) ?? null;
  const load = useCallback(
    (signal: AbortSignal) => api.listDeliveries(chatbotId, { ...query, cursor, limit: PAGE_SIZE }, signal),
    [api, chatbotId, query, cursor],
  );
  const { data: page, problem, isLoading, refresh } = usePolled(load, nextPageDelayMs);

  return {
    page,
    problem,
    isLoading,
    refresh,
    filter,
    changeFilter: (change: Partial<DeliveryFilter>) => {
      setCursors([]);
      const changed = { ...filter, ...change };
      setFilter(changed);
      addressQuery.replace(toFilterQuery(changed));
    },
    pageNumber: cursors.length + 1,
    showOlder: page?.nextCursor ? () => setCursors([...cursors, page.nextCursor as string]) : null,
    showNewer: cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : null,
  };
}
