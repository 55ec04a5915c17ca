import type { Attempt } from '../api/types';
import { Icon } from '../design/Icon';
import { formatDuration } from '../time/format-duration';
import { formatExact } from '../time/format-time';
import classes from './AttemptItem.module.css';
import { explainError } from './explain-error';
import { ResponseReceived } from './ResponseReceived';

interface AttemptItemProps {
  attempt: Attempt;
  /** Since the attempt before, or since the delivery was created. */
  waitedMs: number;
  isLast: boolean;
}

export function AttemptItem({ attempt, waitedMs, isLast }: AttemptItemProps) {
  const { number, startedAt, durationMs, url, responseStatus, error } = attempt;
  const isRunning = error === null && responseStatus === null;
  const explanation = error && explainError(error, responseStatus);
  const outcome = isRunning
    ? 'under way'
    : responseStatus !== null
      ? `response ${responseStatus}`
      : explanation?.title;
  return (
    <li className={classes.item}>
      <span className={classes.mark} data-tone={isRunning ? 'wait' : error ? 'bad' : 'good'}>
        <Icon name={isRunning ? 'clock' : error ? 'cross' : 'check'} size={13} />
      </span>
      <p className={classes.title}>
        Attempt {number}: {outcome}
      </p>
      <p className={classes.times}>
        <time dateTime={startedAt}>{formatExact(startedAt)}</time>
        <span>waited {formatDuration(waitedMs)}</span>
        {durationMs !== null && <span>took {formatDuration(durationMs)}</span>}
      </p>
      {explanation && (
        <p className={classes.advice}>
          {explanation.cause} {isLast && explanation.whatToDo}
        </p>
      )}
      {url && <code className={classes.url}>{url}</code>}
      {responseStatus !== null && <ResponseReceived attempt={attempt} isOpen={isLast} />}
    </li>
  );
}
