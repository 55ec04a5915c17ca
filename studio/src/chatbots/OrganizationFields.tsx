import { Group, Stack, TextInput } from '@mantine/core';
import { useEffect } from 'react';
import { usePolled } from '../data/use-polled';
import { ProblemAlert } from '../design/ProblemAlert';
import { SelectField } from '../design/SelectField';
import { useSession } from '../session/use-session';
import { NEW_ORGANIZATION, type OrganizationChoice } from './organization-choice';

const NEW = 'new';

interface OrganizationFieldsProps {
  /** Null until the organizations are known. */
  value: OrganizationChoice | null;
  onChange: (choice: OrganizationChoice) => void;
}

/** For the platform key, which belongs to no organization; on a fresh server there is none to choose yet. */
export function OrganizationFields({ value, onChange }: OrganizationFieldsProps) {
  const { api } = useSession();
  const { data, problem } = usePolled(api.listOrganizations);

  useEffect(() => {
    if (!data) return;
    const first = data.items[0];
    onChange(first ? { kind: 'existing', organizationId: first.id } : NEW_ORGANIZATION);
  }, [data, onChange]);

  if (!data || !value)
    return <ProblemAlert title="The organizations could not be loaded" problem={problem} />;
  const choose = (chosen: string) =>
    onChange(chosen === NEW ? NEW_ORGANIZATION : { kind: 'existing', organizationId: chosen });
  return (
    <Stack>
      <SelectField
        label="Organization"
        value={value.kind === 'existing' ? value.organizationId : NEW}
        data={[
          ...data.items.map(({ id, name, plan }) => ({ value: id, label: `${name} (${plan})` })),
          { value: NEW, label: 'New organization…' },
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {value.kind === 'new' && (
        <Group wrap="nowrap" grow>
          <TextInput
            label="Organization name"
            value={value.name}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => onChange({ kind: 'new', plan: value.plan, name: event.currentTarget.value })}
          />
          <TextInput
            label="Plan"
            value={value.plan}
            maxLength={100}
            autoComplete="off"
            onChange={(event) => onChange({ kind: 'new', name: value.name, plan: event.currentTarget.value })}
          />
        </Group>
      )}
    </Stack>
  );
}
