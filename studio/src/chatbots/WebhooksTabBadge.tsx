import { useCallback } from 'react';
import { usePolled } from '../data/use-polled';
import { useSession } from '../session/use-session';
import { PlanBadge } from '../webhooks/PlanBadge';

/** Which plan the tab takes, where the organization's own does not do; else nothing. */
export function WebhooksTabBadge({ chatbotId }: { chatbotId: string }) {
  const { api } = useSession();
  const load = useCallback((signal: AbortSignal) => api.getWebhook(chatbotId, signal), [api, chatbotId]);
  const { data } = usePolled(load);
  if (!data || data.settings.entitled) return null;
  // For the eye only: the tab keeps its name, and its panel says the same at length.
  return (
    <span aria-hidden="true">
      <PlanBadge requiredPlans={data.settings.requiredPlans} />
    </span>
  );
}
