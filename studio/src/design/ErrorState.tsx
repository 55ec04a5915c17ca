import { Button } from '@mantine/core';
import { messageOf } from '../api/api-problem';
import { Icon } from './Icon';
import classes from './PageState.module.css';

interface ErrorStateProps {
  title: string;
  problem: unknown;
  onRetry?: () => void;
}

/** Something could not be loaded: what, why, and a way to try again. */
export function ErrorState({ title, problem, onRetry }: ErrorStateProps) {
  return (
    <div className={classes.state} role="alert">
      <span className={classes.mark} data-tone="bad">
        <Icon name="alert" size={22} />
      </span>
      <p className={classes.title}>{title}</p>
      <p className={classes.text}>{messageOf(problem)}</p>
      {onRetry && (
        <Button className={classes.action} variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
