import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Action } from '../data/use-action';
import { ProblemAlert } from '../design/ProblemAlert';
import { useNotices } from '../notices/use-notices';

interface RemoveSecretDialogProps {
  opened: boolean;
  remove: Action<[]>;
  onClose: () => void;
}

export function RemoveSecretDialog({ opened, remove, onClose }: RemoveSecretDialogProps) {
  const { announce } = useNotices();
  const confirm = async () => {
    if (!(await remove.run())) return;
    announce({ tone: 'good', text: 'The secret was removed. Requests are no longer signed.' });
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Remove the secret?">
      <Stack>
        <Text>
          From the next request on, nothing is signed: a receiver that verifies signatures will refuse what we
          send, and one that does not cannot tell our requests from anybody else’s.
        </Text>
        <Text>Only Regenerate Secret makes a new one.</Text>
        <ProblemAlert title="The secret was not removed" problem={remove.problem} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={remove.isRunning} onClick={() => void confirm()}>
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
