import { Button, Stack, TextInput } from '@mantine/core';
import { useCallback, useState, type FormEvent } from 'react';
import { ApiProblem } from '../api/api-problem';
import type { Chatbot } from '../api/types';
import { useAction } from '../data/use-action';
import { Note } from '../design/Note';
import { Panel } from '../design/Panel';
import { ProblemAlert } from '../design/ProblemAlert';
import { useLeaveGuard } from '../navigation/use-leave-guard';
import { useNotices } from '../notices/use-notices';
import { useSession } from '../session/use-session';
import { ChatbotFacts } from './ChatbotFacts';
import { isKeptByHost } from './kept-by-host';

interface GeneralTabProps {
  chatbot: Chatbot;
  onChanged: () => void;
}

export function GeneralTab({ chatbot, onChanged }: GeneralTabProps) {
  const { api, explainLack } = useSession();
  const { announce } = useNotices();
  const [name, setName] = useState(chatbot.name);
  const isDirty = name.trim() !== chatbot.name;
  useLeaveGuard(isDirty, null);
  const obstacle = isKeptByHost(chatbot)
    ? 'Chatbots are kept by the application around this one. Rename them there.'
    : explainLack('chatbots:write');

  const rename = useAction(
    useCallback(
      async (newName: string) => {
        await api.renameChatbot(chatbot.id, newName);
        onChanged();
        announce({ tone: 'good', text: 'Name saved.' });
      },
      [api, chatbot.id, onChanged, announce],
    ),
  );
  const nameError = rename.problem instanceof ApiProblem ? rename.problem.fieldMessage('name') : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void rename.run(name.trim());
  };

  return (
    <Stack gap="lg">
      <Panel title="Name" lead="Sent as chatbotName with every event.">
        <form onSubmit={submit} noValidate>
          <Stack maw="32rem">
            <TextInput
              label="Chatbot name"
              value={name}
              maxLength={200}
              autoComplete="off"
              disabled={obstacle !== undefined}
              error={nameError}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {!nameError && <ProblemAlert title="The name was not saved" problem={rename.problem} />}
            {obstacle ? (
              <Note>{obstacle}</Note>
            ) : (
              <div>
                <Button type="submit" loading={rename.isRunning} disabled={!isDirty || name.trim() === ''}>
                  Save name
                </Button>
              </div>
            )}
          </Stack>
        </form>
      </Panel>
      <Panel title="Details">
        <ChatbotFacts chatbot={chatbot} />
      </Panel>
    </Stack>
  );
}
