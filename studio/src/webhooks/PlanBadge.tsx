import { Badge } from '@mantine/core';
import { namePlans } from './plan-name';

export function PlanBadge({ requiredPlans }: { requiredPlans: string[] }) {
  return (
    <Badge tt="none" styles={{ root: { background: 'var(--wait)', color: 'var(--surface)' } }}>
      {namePlans(requiredPlans)} plan
    </Badge>
  );
}
