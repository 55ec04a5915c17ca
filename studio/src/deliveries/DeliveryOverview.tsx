import { Skeleton } from '@mantine/core';
import { useCallback } from 'react';
import { useOnChange } from '../data/use-on-change';
import { usePolled } from '../data/use-polled';
import { ErrorState } from '../design/ErrorState';
import { Panel } from '../design/Panel';
import { useSession } from '../session/use-session';
import { formatMaybeDuration } from '../time/format-duration';
import { RelativeTime } from '../time/RelativeTime';
import classes from './DeliveryOverview.module.css';
import { HourlyChart } from './HourlyChart';
import { nextOverviewDelayMs } from './polling-rhythm';
import { formatRate } from './format-rate';

interface DeliveryOverviewProps {
  chatbotId: string;
  /** When it changes, something was delivered or failed: the figures are fetched anew. */
  changeKey?: string;
}

/** The last 24 hours in one chart and four figures. */
export function DeliveryOverview({ chatbotId, changeKey }: DeliveryOverviewProps) {
  const { api } = useSession();
  const load = useCallback((signal: AbortSignal) => api.getOverview(chatbotId, signal), [api, chatbotId]);
  const { data: overview, problem, refresh } = usePolled(load, nextOverviewDelayMs);

  useOnChange(changeKey, refresh);

  if (problem && !overview) {
    return (
      <Panel title="Last 24 hours">
        <ErrorState title="The overview could not be loaded" problem={problem} onRetry={refresh} />
      </Panel>
    );
  }
  return (
    <Panel title="Last 24 hours">
      {overview ? (
        <div className={classes.body}>
          <HourlyChart overview={overview} />
          <dl className={classes.tiles}>
            <div>
              <dt>Success rate</dt>
              <dd>{formatRate(overview.successRate)}</dd>
            </div>
            <div>
              <dt>Typical answer (p50)</dt>
              <dd>{formatMaybeDuration(overview.durationMs.p50)}</dd>
            </div>
            <div>
              <dt>Oldest pending</dt>
              <dd>{overview.oldestPendingAt ? <RelativeTime at={overview.oldestPendingAt} /> : 'none'}</dd>
            </div>
            <div>
              <dt>Slow answer (p95)</dt>
              <dd>{formatMaybeDuration(overview.durationMs.p95)}</dd>
            </div>
          </dl>
        </div>
      ) : (
        <Skeleton className={classes.placeholder} />
      )}
    </Panel>
  );
}
