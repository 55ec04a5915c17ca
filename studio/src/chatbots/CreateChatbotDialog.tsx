import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiProblem } from '../api/api-problem';
import type { Chatbot } from '../api/types';
import { useAction } from '../data/use-action';
import { ProblemAlert } from '../design/ProblemAlert';
import { useSession } from '../session/use-session';
import { OrganizationChoice } from './OrganizationChoice';

interface CreateChatbotDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: (chatbot: Chatbot) => void;
}

export function CreateChatbotDialog({ opened, onClose, onCreated }: CreateChatbotDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="New chatbot">
      <CreateChatbotForm onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}

/** Mounted with each opening, so that every chatbot starts from an empty form. */
function CreateChatbotForm({ onClose, onCreated }: Omit<CreateChatbotDialogProps, 'opened'>) {
  const { api, me } = useSession();
  const [name, setName] = useState('');
  const [organizationId, setOrganizationId] = useState<string | null>(null);
  const [nameError, setNameError] = useState<string | null>(null);
  const mustChooseOrganization = me.kind === 'platform';

  const create = useAction(async () => {
    const owner = mustChooseOrganization && organizationId ? { organizationId } : {};
    onCreated(await api.createChatbot({ name: name.trim(), ...owner }));
  });
  const serverNameError = create.problem instanceof ApiProblem ? create.problem.fieldMessage('name') : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') setNameError('Give the chatbot a name.');
    else void create.run();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          data-autofocus
          autoComplete="off"
          error={nameError ?? serverNameError}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setNameError(null);
          }}
        />
        {mustChooseOrganization && <OrganizationChoice value={organizationId} onChange={setOrganizationId} />}
        {!serverNameError && <ProblemAlert title="The chatbot was not created" problem={create.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={create.isRunning}
            disabled={mustChooseOrganization && organizationId === null}
          >
            Create chatbot
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
