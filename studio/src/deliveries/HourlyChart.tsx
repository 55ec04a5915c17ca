import type { DeliveryStatus, Overview, OverviewBucket } from '../api/types';
import { formatHour } from '../time/format-time';
import classes from './HourlyChart.module.css';

/** From the ground up. */
const PARTS: DeliveryStatus[] = ['delivered', 'pending', 'failed'];
const LEGEND: DeliveryStatus[] = ['delivered', 'failed', 'pending'];

const totalOf = (bucket: OverviewBucket) => bucket.delivered + bucket.failed + bucket.pending;
const describe = ({ delivered, failed, pending }: Omit<OverviewBucket, 'startAt'>) =>
  `${delivered} delivered, ${failed} failed, ${pending} pending`;

/** One bar per hour. The figures of the day stand above it as text, those of an hour in its hover text. */
export function HourlyChart({ overview }: { overview: Overview }) {
  const highest = Math.max(...overview.buckets.map(totalOf));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.legend}>
        {LEGEND.map((status) => (
          <span key={status} className={classes.key}>
            <span className={`${classes.swatch} ${classes[status]}`} />
            <strong>{overview[status]}</strong> {status}
          </span>
        ))}
      </figcaption>
      <div
        className={classes.bars}
        role="img"
        aria-label={
          highest > 0
            ? `Deliveries per hour: ${describe(overview)} in the last 24 hours, at most ${highest} in one hour.`
            : 'No deliveries in the last 24 hours.'
        }
      >
        {overview.buckets.map((bucket) => (
          <div
            key={bucket.startAt}
            className={classes.bar}
            title={`${formatHour(bucket.startAt)}: ${describe(bucket)}`}
          >
            {PARTS.filter((part) => bucket[part] > 0).map((part) => (
              <div
                key={part}
                className={`${classes.part} ${classes[part]}`}
                style={{ height: `${(bucket[part] / highest) * 100}%` }}
              />
            ))}
          </div>
        ))}
      </div>
      <div className={classes.axis} aria-hidden="true">
        <span>{formatHour(overview.since)}</span>
        <span>now</span>
      </div>
    </figure>
  );
}
