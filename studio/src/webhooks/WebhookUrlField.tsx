import { TextInput } from '@mantine/core';
import type { Ref } from 'react';

interface WebhookUrlFieldProps {
  ref: Ref<HTMLInputElement>;
  value: string;
  error: string | null;
  disabled: boolean;
  onChange: (url: string) => void;
}

export function WebhookUrlField({ ref, value, error, disabled, onChange }: WebhookUrlFieldProps) {
  return (
    <TextInput
      ref={ref}
      label="Webhook URL"
      description="Must start with https:// and be reachable from the internet."
      placeholder="https://example.com/webhooks"
      // Not type="url": the browser would trim and judge by rules of its own.
      inputMode="url"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      error={error}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
