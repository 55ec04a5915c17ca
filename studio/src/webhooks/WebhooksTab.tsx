import { Skeleton, Stack } from '@mantine/core';
import { useState } from 'react';
import type { Chatbot } from '../api/types';
import { ErrorState } from '../design/ErrorState';
import { Note } from '../design/Note';
import { Panel } from '../design/Panel';
import { DeliveriesSection } from '../deliveries/DeliveriesSection';
import { useLeaveGuard } from '../navigation/use-leave-guard';
import { paths } from '../navigation/routes';
import { useSession } from '../session/use-session';
import { VerifyPanel } from '../verify/VerifyPanel';
import { ConflictDialog } from './ConflictDialog';
import { useEventTypes } from './use-event-types';
import { useWebhookSettings } from './use-webhook-settings';
import { WebhookForm } from './WebhookForm';

interface WebhooksTabProps {
  chatbot: Chatbot;
  openDeliveryId: string | null;
}

/** Settings first, then what came of them: deliveries, and how a receiver verifies them. */
export function WebhooksTab({ chatbot, openDeliveryId }: WebhooksTabProps) {
  const { explainLack } = useSession();
  const editing = useWebhookSettings(chatbot.id);
  const { data: eventTypes, problem: catalogProblem, refresh: refreshCatalog } = useEventTypes();
  const [testDeliveryId, setTestDeliveryId] = useState<string | null>(null);
  useLeaveGuard(editing.isDirty, paths.webhooks(chatbot.id));

  const missingScope = explainLack('deliveries:read');
  const { settings, draft } = editing;
  const problem = (!settings && editing.loadProblem) || (!eventTypes && catalogProblem);
  if (problem) {
    const retry = () => {
      void editing.refresh();
      refreshCatalog();
    };
    return <ErrorState title="The webhook settings could not be loaded" problem={problem} onRetry={retry} />;
  }
  if (!settings || !draft || !eventTypes) return <Skeleton height="28rem" radius="lg" />;

  return (
    <Stack gap="lg">
      <WebhookForm
        chatbotId={chatbot.id}
        editing={{ ...editing, settings, draft }}
        eventTypes={eventTypes}
        testDeliveryId={testDeliveryId}
        onTestSent={setTestDeliveryId}
      />
      {missingScope ? (
        <Panel title="Recent Deliveries">
          <Note>{missingScope} Sign in with one that has it to see what was sent.</Note>
        </Panel>
      ) : (
        <DeliveriesSection
          chatbotId={chatbot.id}
          settings={settings}
          eventTypes={eventTypes}
          openDeliveryId={openDeliveryId}
          newestTestDeliveryId={testDeliveryId}
        />
      )}
      <VerifyPanel chatbotId={chatbot.id} settings={settings} />
      {editing.theirs && (
        <ConflictDialog
          ours={draft}
          theirs={editing.theirs}
          before={settings}
          eventTypes={eventTypes}
          onTakeTheirs={editing.takeTheirs}
          onSaveOurs={editing.saveOurs}
          onKeepEditing={editing.keepEditing}
        />
      )}
    </Stack>
  );
}
