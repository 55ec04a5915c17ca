import { Button, Skeleton, Stack } from '@mantine/core';
import { useCallback } from 'react';
import type { Chatbot } from '../api/types';
import { usePolled } from '../data/use-polled';
import { Panel } from '../design/Panel';
import { ProblemAlert } from '../design/ProblemAlert';
import { DeliveryOverview } from '../deliveries/DeliveryOverview';
import { paths } from '../navigation/routes';
import { useNavigation } from '../navigation/use-navigation';
import { useSession } from '../session/use-session';
import { WebhookSummary } from '../webhooks/WebhookSummary';
import { ChatbotFacts } from './ChatbotFacts';

/** The chatbot at a glance: whether its webhook is on, and how deliveries have gone. */
export function ChatbotHome({ chatbot }: { chatbot: Chatbot }) {
  const { api, can } = useSession();
  const { navigate } = useNavigation();
  const load = useCallback((signal: AbortSignal) => api.getWebhook(chatbot.id, signal), [api, chatbot.id]);
  const { data, problem } = usePolled(load);

  return (
    <Stack gap="lg">
      {can('webhooks:read') && (
        <Panel
          title="Webhook"
          aside={
            <Button variant="light" size="xs" onClick={() => navigate(paths.webhooks(chatbot.id))}>
              Set up
            </Button>
          }
        >
          <ProblemAlert title="The webhook settings could not be loaded" problem={problem} />
          {data ? <WebhookSummary settings={data.settings} /> : !problem && <Skeleton height="8rem" />}
        </Panel>
      )}
      {can('deliveries:read') && <DeliveryOverview chatbotId={chatbot.id} />}
      <Panel title="Details">
        <ChatbotFacts chatbot={chatbot} />
      </Panel>
    </Stack>
  );
}
