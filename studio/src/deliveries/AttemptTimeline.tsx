import type { DeliveryDetail } from '../api/types';
import { AttemptItem } from './AttemptItem';
import classes from './AttemptTimeline.module.css';
import { waitBeforeMs } from './wait-before';
import { explainError } from './explain-error';
import { Note } from '../design/Note';

/** Oldest first, as it happened. */
export function AttemptTimeline({ delivery }: { delivery: DeliveryDetail }) {
  const { attempts, error } = delivery;
  const last = attempts.at(-1);
  const isEndedWithoutRequest = error !== null && error.code !== last?.error?.code;
  return (
    <>
      {attempts.length === 0 && !error && (
        <p className={classes.none}>The first attempt is about to start.</p>
      )}
      <ol className={classes.list}>
        {attempts.map((attempt, index) => (
          <AttemptItem
            key={attempt.number}
            attempt={attempt}
            waitedMs={waitBeforeMs(delivery, index)}
            isLast={index === attempts.length - 1}
          />
        ))}
      </ol>
      {isEndedWithoutRequest && (
        <Note tone="bad">
          {explainError(error, null).cause} {explainError(error, null).whatToDo}
        </Note>
      )}
    </>
  );
}
