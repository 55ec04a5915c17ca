import type { DeliveryStatus } from '../api/types';
import type { Tone } from '../design/Note';
import { StatusDot } from '../design/StatusDot';
import classes from './DeliveryStatusBadge.module.css';

const TONES: Record<DeliveryStatus, Tone> = { pending: 'wait', delivered: 'good', failed: 'bad' };

export function DeliveryStatusBadge({ status }: { status: DeliveryStatus }) {
  return (
    <StatusDot tone={TONES[status]}>
      <span className={classes.word}>{status}</span>
    </StatusDot>
  );
}
