import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { useAction } from '../data/use-action';
import { usePolled } from '../data/use-polled';
import { ProblemAlert } from '../design/ProblemAlert';
import { SelectField } from '../design/SelectField';
import { useSession } from '../session/use-session';

const NEW = 'new';

interface OrganizationChoiceProps {
  value: string | null;
  onChange: (organizationId: string | null) => void;
}

/** For the platform key: whose chatbot it is to be; on a fresh server the organization is made here too. */
export function OrganizationChoice({ value, onChange }: OrganizationChoiceProps) {
  const { api } = useSession();
  const { data, problem, refresh } = usePolled(api.listOrganizations);
  const [name, setName] = useState('');
  const [plan, setPlan] = useState('pro');
  const isNew = value === null;

  const firstId = data?.items[0]?.id;
  useEffect(() => {
    if (firstId) onChange(firstId);
  }, [firstId, onChange]);

  const create = useAction(
    useCallback(async () => {
      const organization = await api.createOrganization({ name: name.trim(), plan: plan.trim() });
      refresh();
      onChange(organization.id);
    }, [api, name, plan, refresh, onChange]),
  );

  if (!data) return <ProblemAlert title="The organizations could not be loaded" problem={problem} />;
  return (
    <Stack>
      <SelectField
        label="Organization"
        value={value ?? NEW}
        data={[
          ...data.items.map(({ id, name, plan }) => ({ value: id, label: `${name} (${plan})` })),
          { value: NEW, label: 'New organization…' },
        ]}
        onChange={(event) => onChange(event.currentTarget.value === NEW ? null : event.currentTarget.value)}
      />
      {isNew && (
        <Group align="end" wrap="nowrap">
          <TextInput
            flex={2}
            label="Organization name"
            value={name}
            autoComplete="off"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            flex={1}
            label="Plan"
            value={plan}
            autoComplete="off"
            onChange={(event) => setPlan(event.currentTarget.value)}
          />
          <Button
            variant="default"
            loading={create.isRunning}
            disabled={name.trim() === '' || plan.trim() === ''}
            onClick={() => void create.run()}
          >
            Add
          </Button>
        </Group>
      )}
      <ProblemAlert title="The organization was not created" problem={create.problem} />
    </Stack>
  );
}
