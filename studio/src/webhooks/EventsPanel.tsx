import { Checkbox } from '@mantine/core';
import type { EventType } from '../api/types';
import { Note } from '../design/Note';
import classes from './EventsPanel.module.css';

interface EventsPanelProps {
  eventTypes: EventType[];
  /** Types; none means all. */
  selected: string[];
  disabled: boolean;
  onChange: (selected: string[]) => void;
}

export function EventsPanel({ eventTypes, selected, disabled, onChange }: EventsPanelProps) {
  const toggle = (type: string, isSelected: boolean) =>
    onChange(
      eventTypes
        .map((each) => each.type)
        .filter((each) => (each === type ? isSelected : selected.includes(each))),
    );
  return (
    <fieldset className={classes.events}>
      <legend className={classes.legend}>Events</legend>
      <p className={classes.rule}>Choose what is sent. If none are selected, all events are sent.</p>
      <div className={classes.list}>
        {eventTypes.map(({ type, label, description }) => (
          <Checkbox
            key={type}
            label={label}
            description={description}
            classNames={{ label: classes.label }}
            checked={selected.includes(type)}
            disabled={disabled}
            onChange={(event) => toggle(type, event.currentTarget.checked)}
          />
        ))}
      </div>
      <div className={classes.count}>
        <Note>
          {selected.length === 0
            ? 'None selected: all events are sent, and types added later too.'
            : `${selected.length} of ${eventTypes.length} selected: only these are sent.`}
        </Note>
      </div>
    </fieldset>
  );
}
