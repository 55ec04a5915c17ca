import { Switch } from '@mantine/core';
import { useId } from 'react';
import classes from './EnabledSwitch.module.css';

interface EnabledSwitchProps {
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}

export function EnabledSwitch({ checked, disabled, onChange }: EnabledSwitchProps) {
  const helpId = useId();
  return (
    <div>
      <Switch
        label="Webhook Enabled"
        aria-describedby={helpId}
        classNames={{ label: classes.label }}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {/* Outside the switch: Mantine's own description would become part of its accessible name. */}
      <p id={helpId} className={classes.help}>
        {checked
          ? 'Events are sent to the URL below.'
          : 'Nothing is sent. Switch on to edit the URL and the events.'}
      </p>
    </div>
  );
}
