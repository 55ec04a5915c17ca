import { useCallback, useEffect, useState } from 'react';
import type { Chatbot } from '../api/types';
import { usePolled } from '../data/use-polled';
import { useSession } from '../session/use-session';
import { isKeptByHost } from './kept-by-host';

const PAGE_SIZE = 25;

/** The key's chatbots that match `search`, page after page. */
export function useChatbotList(search: string) {
  const { api } = useSession();
  const load = useCallback(
    (signal: AbortSignal) => api.listChatbots({ search, limit: PAGE_SIZE }, signal),
    [api, search],
  );
  const { data: firstPage, problem, isLoading, refresh } = usePolled(load);
  const [more, setMore] = useState<{ items: Chatbot[]; nextCursor: string | null } | null>(null);
  const [moreProblem, setMoreProblem] = useState<unknown>();
  const [isLoadingMore, setLoadingMore] = useState(false);

  /** Not forgotten over a search that finds nothing. */
  const [areKeptByHost, setKeptByHost] = useState(false);

  useEffect(() => {
    setMore(null);
    if (firstPage?.items.some(isKeptByHost)) setKeptByHost(true);
  }, [firstPage]);

  const nextCursor = more ? more.nextCursor : (firstPage?.nextCursor ?? null);
  const loadMore = async () => {
    setLoadingMore(true);
    setMoreProblem(undefined);
    try {
      const page = await api.listChatbots({ search, limit: PAGE_SIZE, cursor: nextCursor });
      setMore((more) => ({ items: [...(more?.items ?? []), ...page.items], nextCursor: page.nextCursor }));
    } catch (problem) {
      setMoreProblem(problem);
    } finally {
      setLoadingMore(false);
    }
  };

  return {
    chatbots: firstPage && [...firstPage.items, ...(more?.items ?? [])],
    areKeptByHost,
    hasMore: nextCursor !== null,
    problem,
    moreProblem,
    isLoading,
    isLoadingMore,
    loadMore,
    refresh,
  };
}
