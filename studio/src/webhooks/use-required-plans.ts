import { useCallback } from 'react';
import { usePolled } from '../data/use-polled';
import { useSession } from '../session/use-session';

/** The plans that include webhooks, where the chatbot's organization has none of them; else null. */
export function useRequiredPlans(chatbotId: string): string[] | null {
  const { api } = useSession();
  const load = useCallback((signal: AbortSignal) => api.getWebhook(chatbotId, signal), [api, chatbotId]);
  const { data } = usePolled(load);
  return data && !data.settings.entitled ? data.settings.requiredPlans : null;
}
