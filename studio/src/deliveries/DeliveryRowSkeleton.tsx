import { Skeleton } from '@mantine/core';
import classes from './DeliveryTable.module.css';

export function DeliveryRowSkeleton() {
  return (
    <tr className={classes.row} role="row" aria-hidden="true">
      <td role="cell">
        <Skeleton height="0.875rem" width="9rem" my="0.25rem" />
        <Skeleton height="0.75rem" width="7rem" my="0.25rem" />
      </td>
      {[0, 1, 2, 3, 4].map((cell) => (
        <td key={cell} role="cell">
          <Skeleton height="0.875rem" width="3.5rem" />
        </td>
      ))}
    </tr>
  );
}
