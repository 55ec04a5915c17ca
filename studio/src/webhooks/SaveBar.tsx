import { Button } from '@mantine/core';
import type { WebhookSettings } from '../api/types';
import { useSession } from '../session/use-session';
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
  const { can } = useSession();
  return (
    <div className={classes.bar}>
      <div className={classes.states}>
        <p role="status" className={classes.unsaved}>
          {isDirty && (
            <>
              <span className={classes.dot} aria-hidden="true" />
              Unsaved changes
            </>
          )}
        </p>
        {/* Outside of the status: its ticking time would be read out every second. */}
        {!isDirty && (
          <p className={classes.saved}>
            {!can('webhooks:write') ? (
              'Your API key may read these settings, not change them.'
            ) : settings.updatedAt ? (
              <>
                Saved <RelativeTime at={settings.updatedAt} />.{mayEdit && ' Changes take effect at once.'}
              </>
            ) : (
              <>Not saved yet.{mayEdit && ' Saving for the first time generates the secret.'}</>
            )}
          </p>
        )}
      </div>
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
