import { ActionIcon, Button, Input, Tooltip } from '@mantine/core';
import { useId, useState } from 'react';
import type { WebhookSettings } from '../api/types';
import { useOnChange } from '../data/use-on-change';
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

/** So few that a phone shows the last characters too: by them two secrets are told apart. */
const DOTS = '•'.repeat(8);
const mask = (hint: string | null) => (hint ? hint.replace('…', DOTS) : DOTS);

export function SecretField({ chatbotId, settings, mayChange, onChanged }: SecretFieldProps) {
  const { explainLack } = useSession();
  const id = useId();
  const secret = useSecret(chatbotId, onChanged);
  // The settings have been read anew: what kept the secret from being shown may be over.
  useOnChange(settings, secret.show.clearProblem);
  const [asking, setAsking] = useState<'regenerate' | 'remove' | null>(null);
  const ask = (question: 'regenerate' | 'remove') => {
    secret[question].clearProblem();
    setAsking(question);
  };

  const { configured, hint, previousExpiresAt } = settings.secret;
  const cannotRead = explainLack('secrets:read');
  const cannotRegenerate = explainLack('webhooks:write', 'secrets:read');
  const mayRead = configured && !cannotRead;
  const masked = configured ? mask(hint) : '';
  const reasonForNone = settings.saved ? 'None: requests are not signed' : 'Generated at the first save';
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
            title={cannotRead}
            loading={secret.show.isRunning}
            onClick={() => (secret.shown === null ? void secret.show.run() : secret.hide())}
          >
            <Icon name={secret.shown === null ? 'eye' : 'eyeOff'} size={17} />
          </ActionIcon>
        </Tooltip>
        <CopyButton label="Copy secret" text={secret.read} disabled={!mayRead} whyDisabled={cannotRead} />
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
          disabled={!mayChange || !settings.saved || cannotRegenerate !== undefined}
          title={cannotRegenerate}
          onClick={() => ask('regenerate')}
        >
          Regenerate Secret
        </Button>
        {configured && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            disabled={!mayChange}
            title={explainLack('webhooks:write')}
            onClick={() => ask('remove')}
          >
            Remove Secret
          </Button>
        )}
      </div>
      <ProblemAlert
        title="The secret could not be shown"
        problem={secret.show.problem}
        className={classes.problem}
      />
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
