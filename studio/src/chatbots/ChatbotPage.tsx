import { Skeleton } from '@mantine/core';
import { useCallback } from 'react';
import { isUnknownId } from '../api/api-problem';
import { usePolled } from '../data/use-polled';
import { EmptyState } from '../design/EmptyState';
import { ErrorState } from '../design/ErrorState';
import { Link } from '../navigation/Link';
import { type ChatbotRoute, paths } from '../navigation/routes';
import { useSession } from '../session/use-session';
import { AdvancedSettings } from './AdvancedSettings';
import { ChatbotHeader } from './ChatbotHeader';
import { ChatbotHome } from './ChatbotHome';

/** One chatbot: its header, and below it either its home or its Advanced Settings. */
export function ChatbotPage({ route }: { route: ChatbotRoute }) {
  const { api } = useSession();
  const { chatbotId } = route;
  const load = useCallback((signal: AbortSignal) => api.getChatbot(chatbotId, signal), [api, chatbotId]);
  const { data: chatbot, problem, refresh } = usePolled(load);

  if (!chatbot && isUnknownId(problem)) {
    return (
      <EmptyState
        icon="chat"
        title="There is no such chatbot"
        action={<Link to={paths.chatbots()}>All chatbots</Link>}
      >
        It was deleted, or it belongs to another organization than your key.
      </EmptyState>
    );
  }
  if (!chatbot && problem) {
    return <ErrorState title="The chatbot could not be loaded" problem={problem} onRetry={refresh} />;
  }
  if (!chatbot) return <Skeleton height="20rem" radius="lg" />;

  const isInSettings = route.name !== 'chatbot';
  return (
    <>
      <title>{`${chatbot.name} · Bot Studio`}</title>
      <ChatbotHeader chatbot={chatbot} isInSettings={isInSettings} />
      {isInSettings ? (
        <AdvancedSettings chatbot={chatbot} route={route} onChatbotChanged={refresh} />
      ) : (
        <ChatbotHome chatbot={chatbot} />
      )}
    </>
  );
}
