import { useState } from 'react';
import { useAction } from '../data/use-action';
import { useSession } from '../session/use-session';

/**
 * The secret of one chatbot, fetched only when it is to be seen or copied, and each time anew: somebody may
 * have regenerated it meanwhile.
 */
export function useSecret(chatbotId: string, onChanged: () => void) {
  const { api } = useSession();
  const [shown, setShown] = useState<string | null>(null);

  const show = useAction(async () => setShown(await api.getSecret(chatbotId)));
  const regenerate = useAction(async (overlapSeconds: number) => {
    const { secret } = await api.regenerateSecret(chatbotId, overlapSeconds);
    setShown((shown) => (shown === null ? null : secret));
    onChanged();
  });
  const remove = useAction(async () => {
    await api.removeSecret(chatbotId);
    setShown(null);
    onChanged();
  });
  return {
    shown,
    show,
    hide: () => setShown(null),
    read: async () => {
      const secret = await api.getSecret(chatbotId);
      show.clearProblem();
      return secret;
    },
    regenerate,
    remove,
  };
}
