import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiProblem } from '../api/api-problem';
import type { Chatbot } from '../api/types';
import { useAction } from '../data/use-action';
import { ProblemAlert } from '../design/ProblemAlert';
import { useSession } from '../session/use-session';
import type { OrganizationChoice } from './organization-choice';
import { OrganizationFields } from './OrganizationFields';

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
  const [choice, setChoice] = useState<OrganizationChoice | null>(null);
  const [nameError, setNameError] = useState<string | null>(null);
  const mustChooseOrganization = me.kind === 'platform';

  const makeOrganization = async (choice: OrganizationChoice): Promise<string> => {
    if (choice.kind === 'existing') return choice.organizationId;
    if (choice.createdId) return choice.createdId;
    const { id } = await api.createOrganization({ name: choice.name.trim(), plan: choice.plan.trim() });
    setChoice({ ...choice, createdId: id });
    return id;
  };
  const create = useAction(async () => {
    const owner = choice ? { organizationId: await makeOrganization(choice) } : {};
    onCreated(await api.createChatbot({ name: name.trim(), ...owner }));
  });
  const isOwnerMissing =
    mustChooseOrganization &&
    (!choice || (choice.kind === 'new' && !(choice.name.trim() && choice.plan.trim())));
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
        {mustChooseOrganization && <OrganizationFields value={choice} onChange={setChoice} />}
        {!serverNameError && <ProblemAlert title="The chatbot was not created" problem={create.problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isRunning} disabled={isOwnerMissing}>
            Create chatbot
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
