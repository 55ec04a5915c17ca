import { Switch } from '@mantine/core';
import { useId } from 'react';
import classes from './EnabledSwitch.module.css';

interface EnabledSwitchProps {
  checked: boolean;
  disabled: boolean;
  isEntitled: boolean;
  onChange: (checked: boolean) => void;
}

export function EnabledSwitch({ checked, disabled, isEntitled, onChange }: EnabledSwitchProps) {
  const helpId = useId();
  return (
    <div>
      <Switch
        label="Webhook Enabled"
        aria-describedby={helpId}
        classNames={{
          label: classes.label,
          input: classes.input,
          track: classes.track,
          thumb: classes.thumb,
        }}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {/* Outside the switch: Mantine's own description would become part of its accessible name. */}
      <p id={helpId} className={classes.help}>
        {describe(checked, disabled, isEntitled)}
      </p>
    </div>
  );
}

function describe(checked: boolean, disabled: boolean, isEntitled: boolean): string {
  if (!isEntitled) return 'Nothing is sent without the plan.';
  if (checked) return 'Events are sent to the URL below.';
  return disabled ? 'Nothing is sent.' : 'Nothing is sent. Switch on to edit the URL and the events.';
}
