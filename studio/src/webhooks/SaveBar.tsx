import { Button } from '@mantine/core';
import type { WebhookSettings } from '../api/types';
import { RelativeTime } from '../time/RelativeTime';
import classes from './SaveBar.module.css';

interface SaveBarProps {
  settings: WebhookSettings;
  isDirty: boolean;
  isSaving: boolean;
  mayEdit: boolean;
  onDiscard: () => void;
}

export function SaveBar({ settings, isDirty, isSaving, mayEdit, onDiscard }: SaveBarProps) {
  return (
    <div className={classes.bar}>
      <p className={classes.state} data-dirty={isDirty || undefined} aria-live="polite">
        {isDirty ? (
          <>
            <span className={classes.dot} aria-hidden="true" />
            Unsaved changes
          </>
        ) : settings.updatedAt ? (
          <span>
            Saved <RelativeTime at={settings.updatedAt} />. Changes take effect at once.
          </span>
        ) : (
          'Not saved yet. Saving for the first time generates the secret.'
        )}
      </p>
      <div className={classes.buttons}>
        {isDirty && (
          <Button variant="subtle" color="gray" disabled={isSaving} onClick={onDiscard}>
            Discard
          </Button>
        )}
        <Button type="submit" loading={isSaving} disabled={!mayEdit}>
          Save Settings
        </Button>
      </div>
    </div>
  );
}
