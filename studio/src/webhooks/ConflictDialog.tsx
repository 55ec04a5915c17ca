import { Button, Group, Modal, Text } from '@mantine/core';
import type { EventType, WebhookFields, WebhookSettings } from '../api/types';
import { RelativeTime } from '../time/RelativeTime';
import classes from './ConflictDialog.module.css';
import { differingFields, toFields, type FieldName, type WebhookDraft } from './webhook-draft';

interface ConflictDialogProps {
  ours: WebhookDraft;
  theirs: WebhookSettings;
  /** What this page had loaded before either change. */
  before: WebhookSettings;
  eventTypes: EventType[];
  onTakeTheirs: () => void;
  onSaveOurs: () => void;
  onKeepEditing: () => void;
}

const LABELS: Record<FieldName, string> = { enabled: 'Webhook', url: 'URL', events: 'Events sent' };

function describe(field: FieldName, fields: WebhookFields, eventTypes: EventType[]): string {
  switch (field) {
    case 'enabled':
      return fields.enabled ? 'on' : 'off';
    case 'url':
      return fields.url ?? 'none';
    case 'events': {
      const labels = eventTypes.filter(({ type }) => fields.events.includes(type)).map(({ label }) => label);
      return labels.length === 0 ? 'all' : labels.join(', ');
    }
  }
}

/** Somebody saved while this page was being edited: shows both versions, field by field. */
export function ConflictDialog(props: ConflictDialogProps) {
  const { theirs, before, eventTypes, onTakeTheirs, onSaveOurs, onKeepEditing } = props;
  const ours = toFields(props.ours);
  const changed = [...new Set([...differingFields(ours, theirs), ...differingFields(before, theirs)])];
  return (
    <Modal opened onClose={onKeepEditing} size="lg" title="Somebody else changed these settings">
      <Text mb="xs">
        They were saved {theirs.updatedAt ? <RelativeTime at={theirs.updatedAt} /> : 'meanwhile'}, after you
        had opened them. Nothing of yours has been saved yet.
      </Text>
      {changed.length === 0 && <Text>Both versions hold the same now.</Text>}
      {changed.map((field) => (
        <div key={field} className={classes.change}>
          <p className={classes.name}>{LABELS[field]}</p>
          <dl className={classes.sides}>
            <div>
              <dt>Theirs, saved now</dt>
              <dd>{describe(field, theirs, eventTypes)}</dd>
            </div>
            <div>
              <dt>Yours, not saved</dt>
              <dd>{describe(field, ours, eventTypes)}</dd>
            </div>
          </dl>
        </div>
      ))}
      <Group justify="flex-end" mt="md">
        <Button variant="subtle" color="gray" onClick={onKeepEditing}>
          Go on editing mine
        </Button>
        <Button variant="default" onClick={onTakeTheirs}>
          Use theirs
        </Button>
        <Button onClick={onSaveOurs}>Save mine over theirs</Button>
      </Group>
    </Modal>
  );
}
