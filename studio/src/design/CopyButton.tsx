import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { messageOf } from '../api/api-problem';
import { useNotices } from '../notices/use-notices';
import { copyText } from './copy-text';
import { Icon } from './Icon';

const SHOWN_AS_COPIED_MS = 1500;

interface CopyButtonProps {
  /** Accessible name of the button, for example "Copy secret". */
  label: string;
  /** The text, or where to get it from at the time of the click. */
  text: string | (() => string | Promise<string>);
  disabled?: boolean;
  /** The hover text of a disabled button. */
  whyDisabled?: string;
  /** An icon with a tooltip, or a button that shows its label. */
  shape?: 'icon' | 'button';
}

export function CopyButton({ label, text, disabled, whyDisabled, shape = 'icon' }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  const { announce } = useNotices();

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_AS_COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    try {
      await copyText(typeof text === 'function' ? text() : text);
      setCopied(true);
      announce({ tone: 'good', text: 'Copied to the clipboard.' });
    } catch (problem) {
      announce({ tone: 'bad', text: messageOf(problem) });
    }
  };
  const icon = <Icon name={isCopied ? 'check' : 'copy'} size={17} />;

  if (shape === 'button') {
    return (
      <Button variant="default" size="xs" leftSection={icon} disabled={disabled} onClick={() => void copy()}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={label} disabled={disabled}>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={label}
        disabled={disabled}
        title={whyDisabled}
        onClick={() => void copy()}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
