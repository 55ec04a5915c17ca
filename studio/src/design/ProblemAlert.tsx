import { Alert } from '@mantine/core';
import { messageOf } from '../api/api-problem';
import { Icon } from './Icon';

interface ProblemAlertProps {
  title: string;
  problem: unknown;
  /** For the space around it, which is not to be there without a problem. */
  className?: string;
}

/** The problem of an action, beside the control that started it. Renders nothing without one. */
export function ProblemAlert({ title, problem, className }: ProblemAlertProps) {
  if (problem === undefined || problem === null) return null;
  return (
    <Alert
      role="alert"
      className={className}
      title={title}
      icon={<Icon name="alert" />}
      styles={{
        root: { background: 'var(--bad-soft)' },
        title: { color: 'var(--bad)' },
        icon: { color: 'var(--bad)' },
        message: { color: 'var(--mantine-color-text)' },
      }}
    >
      {messageOf(problem)}
    </Alert>
  );
}
