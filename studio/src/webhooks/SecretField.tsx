import { ActionIcon, Button, Input, Tooltip } from '@mantine/core';
import { useId, useState } from 'react';
import type { WebhookSettings } from '../api/types';
import { CopyButton } from '../design/CopyButton';
import { Icon } from '../design/Icon';
import { ProblemAlert } from '../design/ProblemAlert';
import { useSession } from '../session/use-session';
import { formatExact } from '../time/format-time';
import { RegenerateSecretDialog } from './RegenerateSecretDialog';
import { RemoveSecretDialog } from './RemoveSecretDialog';
import classes from './SecretField.module.css';
import { useSecret } from './use-secret';

interface SecretFieldProps {
  chatbotId: string;
  settings: WebhookSettings;
  mayChange: boolean;
  /** Called after the secret was regenerated or removed. */
  onChanged: () => void;
}

const DOTS = '•'.repeat(20);
const mask = (hint: string | null) => (hint ? hint.replace('…', DOTS) : DOTS);

export function SecretField({ chatbotId, settings, mayChange, onChanged }: SecretFieldProps) {
  const { can } = useSession();
  const id = useId();
  const secret = useSecret(chatbotId, onChanged);
  const [asking, setAsking] = useState<'regenerate' | 'remove' | null>(null);

  const { configured, hint, previousExpiresAt } = settings.secret;
  const mayRead = configured && can('secrets:read');
  const mayRegenerate = mayChange && settings.saved && can('secrets:read');
  const masked = configured ? mask(hint) : '';
  const reasonForNone = settings.saved
    ? 'No secret: requests are not signed'
    : 'Generated when you first save';
  const toggleLabel = secret.shown === null ? 'Show secret' : 'Hide secret';

  return (
    <Input.Wrapper
      id={id}
      label="Webhook Secret"
      description="Signs every request, so that the receiver can tell it is genuine."
    >
      <div className={classes.row}>
        <Input
          id={id}
          className={classes.grow}
          m={0}
          classNames={{ input: classes.input }}
          readOnly
          disabled={!configured}
          value={secret.shown ?? masked}
          placeholder={configured ? undefined : reasonForNone}
          spellCheck={false}
          autoComplete="off"
        />
        <Tooltip label={toggleLabel} disabled={!mayRead}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={toggleLabel}
            disabled={!mayRead}
            loading={secret.show.isRunning}
            onClick={() => (secret.shown === null ? void secret.show.run() : secret.hide())}
          >
            <Icon name={secret.shown === null ? 'eye' : 'eyeOff'} size={17} />
          </ActionIcon>
        </Tooltip>
        <CopyButton label="Copy secret" text={secret.read} disabled={!mayRead} />
      </div>
      {previousExpiresAt && (
        <p className={classes.hint}>
          The secret before this one signs as well until {formatExact(previousExpiresAt)}.
        </p>
      )}
      <div className={classes.actions}>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="refresh" size={15} />}
          disabled={!mayRegenerate}
          onClick={() => setAsking('regenerate')}
        >
          Regenerate Secret
        </Button>
        {configured && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            disabled={!mayChange}
            onClick={() => setAsking('remove')}
          >
            Remove Secret
          </Button>
        )}
      </div>
      <ProblemAlert title="The secret could not be shown" problem={secret.show.problem} />
      <RegenerateSecretDialog
        opened={asking === 'regenerate'}
        headerPrefix={settings.headerPrefix}
        hasSecret={configured}
        regenerate={secret.regenerate}
        onClose={() => setAsking(null)}
      />
      <RemoveSecretDialog
        opened={asking === 'remove'}
        remove={secret.remove}
        onClose={() => setAsking(null)}
      />
    </Input.Wrapper>
  );
}
