import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Action } from '../data/use-action';
import { Note } from '../design/Note';
import { ProblemAlert } from '../design/ProblemAlert';
import { SelectField } from '../design/SelectField';
import { useNotices } from '../notices/use-notices';

const HOUR_SECONDS = 3600;
const OVERLAPS = [
  { value: '0', label: 'Stops working at once' },
  { value: String(HOUR_SECONDS), label: 'Keeps signing for 1 hour' },
  { value: String(24 * HOUR_SECONDS), label: 'Keeps signing for 24 hours' },
  { value: String(7 * 24 * HOUR_SECONDS), label: 'Keeps signing for 7 days' },
];

interface RegenerateSecretDialogProps {
  opened: boolean;
  headerPrefix: string;
  hasSecret: boolean;
  regenerate: Action<[overlapSeconds: number]>;
  onClose: () => void;
}

export function RegenerateSecretDialog(props: RegenerateSecretDialogProps) {
  const { opened, headerPrefix, hasSecret, regenerate, onClose } = props;
  const { announce } = useNotices();
  const [overlap, setOverlap] = useState('0');

  const confirm = async () => {
    if (!(await regenerate.run(hasSecret ? Number(overlap) : 0))) return;
    announce({ tone: 'good', text: 'There is a new secret. Copy it to your receiver.' });
    onClose();
  };

  return (
    <Modal opened={opened} onClose={onClose} title={hasSecret ? 'Replace the secret?' : 'Make a new secret?'}>
      <Stack>
        <Text>
          The next request is signed with the new secret, retries of earlier events included. Your receiver
          needs the new secret to go on verifying.
        </Text>
        {hasSecret && (
          <SelectField
            label="The old secret"
            data={OVERLAPS}
            value={overlap}
            onChange={(event) => setOverlap(event.currentTarget.value)}
          />
        )}
        {hasSecret && (
          <Note tone={overlap === '0' ? 'wait' : 'calm'}>
            {overlap === '0' ? (
              'Until the receiver knows the new secret, it will refuse what we send. Choose this if the old one may be in wrong hands.'
            ) : (
              <>
                Meanwhile <code>webhook-signature</code> carries both signatures;{' '}
                <code>{headerPrefix}-Signature</code> is made with the new secret from now on.
              </>
            )}
          </Note>
        )}
        <ProblemAlert title="The secret was not replaced" problem={regenerate.problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={regenerate.isRunning} onClick={() => void confirm()}>
            Regenerate
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
