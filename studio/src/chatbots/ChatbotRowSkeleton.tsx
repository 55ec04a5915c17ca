import { Skeleton } from '@mantine/core';
import classes from './ChatbotRow.module.css';

/** As tall as a row, so that the list does not jump when it arrives. */
export function ChatbotRowSkeleton() {
  return (
    <li className={classes.row} aria-hidden="true">
      <Skeleton className={classes.mark} />
      <div className={classes.body}>
        <Skeleton height="0.875rem" width="40%" my="0.3rem" />
        <Skeleton height="0.75rem" width="22%" my="0.3rem" />
      </div>
    </li>
  );
}
