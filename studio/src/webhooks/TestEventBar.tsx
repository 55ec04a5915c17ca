import { Button } from '@mantine/core';
import { useCallback, useId, useState } from 'react';
import type { EventType, WebhookSettings } from '../api/types';
import { useAction } from '../data/use-action';
import { Icon } from '../design/Icon';
import { ProblemAlert } from '../design/ProblemAlert';
import { SelectField } from '../design/SelectField';
import { useNotices } from '../notices/use-notices';
import { useSession } from '../session/use-session';
import { TestDeliveryState } from './TestDeliveryState';
import classes from './TestEventBar.module.css';

interface TestEventBarProps {
  chatbotId: string;
  settings: WebhookSettings;
  eventTypes: EventType[];
  hasUnsavedChanges: boolean;
  /** The test delivery that was sent last. */
  deliveryId: string | null;
  onSent: (deliveryId: string) => void;
}

export function TestEventBar(props: TestEventBarProps) {
  const { chatbotId, settings, eventTypes, hasUnsavedChanges, deliveryId, onSent } = props;
  const { api, can } = useSession();
  const { announce } = useNotices();
  const maySeeDeliveries = can('deliveries:read');
  const textId = useId();
  const [chosenType, setChosenType] = useState<string | null>(null);
  const eventType = chosenType ?? settings.events[0] ?? eventTypes[0]?.type ?? '';

  const send = useAction(
    useCallback(async () => {
      const sent = await api.sendTestEvent(chatbotId, eventType);
      onSent(sent.deliveryId);
      if (!maySeeDeliveries) {
        announce({ tone: 'good', text: 'Test event accepted. Your API key may not see deliveries.' });
      }
    }, [api, chatbotId, eventType, onSent, maySeeDeliveries, announce]),
  );

  const obstacle = findObstacle(settings, hasUnsavedChanges, can('webhooks:write'));
  return (
    <div className={classes.bar}>
      <div className={classes.controls}>
        <p className={classes.text} id={textId}>
          {obstacle ?? 'Sends sample data to the saved URL, the same way as a real event.'}
        </p>
        <div className={classes.send}>
          <SelectField
            aria-label="Type of the test event"
            value={eventType}
            disabled={obstacle !== null}
            data={eventTypes.map(({ type, label }) => ({ value: type, label }))}
            onChange={(event) => setChosenType(event.currentTarget.value)}
          />
          <Button
            variant="default"
            leftSection={<Icon name="send" size={16} />}
            aria-describedby={textId}
            disabled={obstacle !== null}
            loading={send.isRunning}
            onClick={() => void send.run()}
          >
            Send Test Event
          </Button>
        </div>
      </div>
      <ProblemAlert title="The test event was not sent" problem={send.problem} />
      {deliveryId && !send.problem && maySeeDeliveries && (
        <TestDeliveryState key={deliveryId} chatbotId={chatbotId} deliveryId={deliveryId} />
      )}
    </div>
  );
}

/** Why no test event can be sent now, or null. */
function findObstacle(
  settings: WebhookSettings,
  hasUnsavedChanges: boolean,
  mayWrite: boolean,
): string | null {
  if (!settings.entitled) return 'Test events require a plan that includes webhooks.';
  if (!mayWrite) return 'Your API key may not send test events.';
  if (hasUnsavedChanges) return 'Save your changes before you send a test event.';
  if (!settings.saved || settings.url === null) return 'Save a URL before you send a test event.';
  return null;
}
