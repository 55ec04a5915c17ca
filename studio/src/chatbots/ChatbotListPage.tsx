import { Button, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { EmptyState } from '../design/EmptyState';
import { ErrorState } from '../design/ErrorState';
import { Icon } from '../design/Icon';
import { ProblemAlert } from '../design/ProblemAlert';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import { useSession } from '../session/use-session';
import classes from './ChatbotListPage.module.css';
import { ChatbotRow } from './ChatbotRow';
import { ChatbotRowSkeleton } from './ChatbotRowSkeleton';
import { CreateChatbotDialog } from './CreateChatbotDialog';
import { useChatbotList } from './use-chatbot-list';
import { useDebounced } from './use-debounced';
import { useOrganizationNames } from './use-organization-names';

const SEARCH_DELAY_MS = 200;

export function ChatbotListPage() {
  const { can } = useSession();
  const { navigate } = useNavigation();
  const [search, setSearch] = useState('');
  const [isCreating, setCreating] = useState(false);
  const settledSearch = useDebounced(search.trim(), SEARCH_DELAY_MS);
  const { chatbots, areKeptByHost, hasMore, problem, moreProblem, isLoadingMore, loadMore, refresh } =
    useChatbotList(settledSearch);

  const organizationNames = useOrganizationNames();
  const newButton = can('chatbots:write') && !areKeptByHost && (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setCreating(true)}>
      New chatbot
    </Button>
  );

  return (
    <>
      <title>Chatbots · Bot Studio</title>
      <div className={classes.head}>
        <div>
          <Title order={1} className={classes.title}>
            Chatbots
          </Title>
          <p className={classes.lead}>Choose one to set up its webhooks and see its deliveries.</p>
        </div>
        {newButton}
      </div>
      <TextInput
        className={classes.search}
        type="search"
        aria-label="Search chatbots"
        placeholder="Search by name"
        leftSection={<Icon name="search" size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {problem && !chatbots ? (
        <ErrorState title="The chatbots could not be loaded" problem={problem} onRetry={refresh} />
      ) : (
        <ul className={classes.list} aria-label="Chatbots" aria-busy={!chatbots}>
          {!chatbots && [0, 1, 2, 3].map((row) => <ChatbotRowSkeleton key={row} />)}
          {chatbots?.map((chatbot) => (
            <ChatbotRow
              key={chatbot.id}
              chatbot={chatbot}
              organizationName={organizationNames.get(chatbot.organizationId)}
            />
          ))}
          {chatbots?.length === 0 && (
            <li>
              <EmptyState icon="chat" title={settledSearch ? 'No chatbot has this name' : 'No chatbots yet'}>
                {settledSearch
                  ? `Nothing matches “${settledSearch}”.`
                  : can('chatbots:write')
                    ? 'Create the first one to send its events to your own URL.'
                    : 'This key may not create chatbots. Ask for a key with the scope chatbots:write.'}
              </EmptyState>
            </li>
          )}
        </ul>
      )}
      <ProblemAlert title="More chatbots could not be loaded" problem={moreProblem} />
      {hasMore && (
        <div className={classes.more}>
          <Button variant="default" loading={isLoadingMore} onClick={() => void loadMore()}>
            Show more
          </Button>
        </div>
      )}
      <CreateChatbotDialog
        opened={isCreating}
        onClose={() => setCreating(false)}
        onCreated={(chatbot) => navigate(paths.chatbot(chatbot.id))}
      />
    </>
  );
}
