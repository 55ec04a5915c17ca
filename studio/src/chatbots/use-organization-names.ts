import { useCallback } from 'react';
import { usePolled } from '../data/use-polled';
import { useSession } from '../session/use-session';

/** Names by id, for the platform key, which sees everybody's chatbots; empty for an organization's own key. */
export function useOrganizationNames(): Map<string, string> {
  const { api, me } = useSession();
  const isPlatform = me.kind === 'platform';
  const load = useCallback(
    async (signal: AbortSignal) => (isPlatform ? (await api.listOrganizations(signal)).items : []),
    [api, isPlatform],
  );
  const { data } = usePolled(load);
  return new Map(data?.map(({ id, name }) => [id, name]));
}
