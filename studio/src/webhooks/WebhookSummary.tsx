import type { WebhookSettings } from '../api/types';
import { FactList } from '../design/FactList';
import { StatusDot } from '../design/StatusDot';
import { PlanBadge } from './PlanBadge';

/** The saved settings in four lines, without a way to change them. */
export function WebhookSummary({ settings }: { settings: WebhookSettings }) {
  const { entitled, enabled, url, events, secret, requiredPlans } = settings;
  const state = !entitled ? (
    <PlanBadge requiredPlans={requiredPlans} />
  ) : (
    <StatusDot tone={enabled ? 'good' : 'calm'}>{enabled ? 'On' : 'Off'}</StatusDot>
  );
  return (
    <FactList
      facts={[
        ['State', state],
        ['URL', url ?? 'none yet'],
        ['Events', events.length === 0 ? 'all' : events.join(', ')],
        ['Requests are', secret.configured ? 'signed' : 'not signed'],
      ]}
    />
  );
}
