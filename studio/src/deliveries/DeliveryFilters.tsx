import { TextInput } from '@mantine/core';
import type { EventType } from '../api/types';
import { SelectField } from '../design/SelectField';
import { isRangeEmpty, type DeliveryFilter, type Period } from './delivery-filter';
import classes from './DeliveryFilters.module.css';

interface DeliveryFiltersProps {
  filter: DeliveryFilter;
  eventTypes: EventType[];
  onChange: (change: Partial<DeliveryFilter>) => void;
}

const STATUSES: { value: DeliveryFilter['status']; label: string }[] = [
  { value: '', label: 'Any status' },
  { value: 'pending', label: 'Pending' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
];

const PERIODS: { value: Period; label: string }[] = [
  { value: 'any', label: 'Any time' },
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'custom', label: 'From … to …' },
];

export function DeliveryFilters({ filter, eventTypes, onChange }: DeliveryFiltersProps) {
  return (
    <div className={classes.filters} role="search" aria-label="Filter deliveries">
      <SelectField
        size="xs"
        label="Status"
        aria-label="Filter by status"
        data={STATUSES}
        value={filter.status}
        onChange={(event) => onChange({ status: event.currentTarget.value as DeliveryFilter['status'] })}
      />
      <SelectField
        size="xs"
        label="Event"
        aria-label="Filter by event"
        data={[
          { value: '', label: 'Any event' },
          ...eventTypes.map(({ type, label }) => ({ value: type, label })),
        ]}
        value={filter.eventType}
        onChange={(event) => onChange({ eventType: event.currentTarget.value })}
      />
      <SelectField
        size="xs"
        label="Time"
        aria-label="Filter by time"
        data={PERIODS}
        value={filter.period}
        onChange={(event) => onChange({ period: event.currentTarget.value as Period })}
      />
      {filter.period === 'custom' && (
        <div className={classes.range}>
          <TextInput
            size="xs"
            type="datetime-local"
            label="From"
            value={filter.customFrom}
            onChange={(event) => onChange({ customFrom: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label="To"
            value={filter.customTo}
            error={isRangeEmpty(filter) && 'Must be later than From.'}
            onChange={(event) => onChange({ customTo: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}
