import { useRef, useState, type FormEvent } from 'react';
import { ApiProblem } from '../api/api-problem';
import type { EventType, WebhookSettings } from '../api/types';
import { ProblemAlert } from '../design/ProblemAlert';
import { useNotices } from '../notices/use-notices';
import { useSession } from '../session/use-session';
import { EnabledSwitch } from './EnabledSwitch';
import { EventsPanel } from './EventsPanel';
import { PlanGate } from './PlanGate';
import { SaveBar } from './SaveBar';
import { SecretField } from './SecretField';
import { TestEventBar } from './TestEventBar';
import { findUrlMistake } from './url-check';
import type { WebhookEditing } from './use-webhook-settings';
import type { WebhookDraft } from './webhook-draft';
import classes from './WebhookForm.module.css';
import { WebhookUrlField } from './WebhookUrlField';

interface WebhookFormProps {
  chatbotId: string;
  editing: WebhookEditing & { settings: WebhookSettings; draft: WebhookDraft };
  eventTypes: EventType[];
  testDeliveryId: string | null;
  onTestSent: (deliveryId: string) => void;
}

/** The settings: on the left whether, where and how signed; on the right which events. */
export function WebhookForm({
  chatbotId,
  editing,
  eventTypes,
  testDeliveryId,
  onTestSent,
}: WebhookFormProps) {
  const { settings, draft, edit } = editing;
  const { can } = useSession();
  const { announce } = useNotices();
  const urlRef = useRef<HTMLInputElement>(null);
  const [wasSubmitted, setSubmitted] = useState(false);

  const mayEdit = settings.entitled && can('webhooks:write');
  const isUrlMissing = draft.enabled && draft.url.trim() === '';
  const typedMistake = findUrlMistake(draft.url, wasSubmitted);
  const missing = wasSubmitted && isUrlMissing ? 'Enter the URL that events are to be sent to.' : null;
  const refused = editing.saveProblem instanceof ApiProblem ? editing.saveProblem.fieldMessage('url') : null;
  const urlError = typedMistake ?? missing ?? refused;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    const isSaved = !isUrlMissing && !findUrlMistake(draft.url, true) && (await editing.save());
    if (isSaved) {
      setSubmitted(false);
      announce({ tone: 'good', text: 'Settings saved.' });
    } else {
      urlRef.current?.focus();
    }
  };

  return (
    <form
      className={classes.form}
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-label="Webhook settings"
    >
      {!settings.entitled && (
        <div className={classes.gate}>
          <PlanGate requiredPlans={settings.requiredPlans} />
        </div>
      )}
      <div className={classes.columns}>
        <div className={classes.left}>
          <EnabledSwitch
            checked={draft.enabled}
            disabled={!mayEdit}
            isEntitled={settings.entitled}
            onChange={(enabled) => edit({ enabled })}
          />
          <WebhookUrlField
            ref={urlRef}
            value={draft.url}
            error={urlError}
            // A mistake must stay within reach, even when the switch was turned off over it.
            disabled={!mayEdit || (!draft.enabled && !urlError)}
            onChange={(url) => edit({ url })}
          />
          <SecretField
            chatbotId={chatbotId}
            settings={settings}
            mayChange={mayEdit}
            onChanged={() => void editing.refresh()}
          />
        </div>
        <div className={classes.right}>
          <EventsPanel
            eventTypes={eventTypes}
            selected={draft.events}
            disabled={!mayEdit || !draft.enabled}
            onChange={(events) => edit({ events })}
          />
        </div>
      </div>
      {!refused && (
        <ProblemAlert
          title="The settings were not saved"
          problem={editing.saveProblem}
          className={classes.problem}
        />
      )}
      <SaveBar
        settings={settings}
        isDirty={editing.isDirty}
        isSaving={editing.isSaving}
        mayEdit={mayEdit}
        onDiscard={() => {
          setSubmitted(false);
          editing.discard();
        }}
      />
      <TestEventBar
        chatbotId={chatbotId}
        settings={settings}
        eventTypes={eventTypes}
        hasUnsavedChanges={editing.isDirty || editing.isSaving}
        deliveryId={testDeliveryId}
        onSent={onTestSent}
      />
    </form>
  );
}
