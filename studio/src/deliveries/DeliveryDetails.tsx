import { Button, Title } from '@mantine/core';
import { useCallback } from 'react';
import type { DeliveryDetail } from '../api/types';
import { useAction } from '../data/use-action';
import { CopyButton } from '../design/CopyButton';
import { FactList } from '../design/FactList';
import { Icon } from '../design/Icon';
import { ProblemAlert } from '../design/ProblemAlert';
import { useNotices } from '../notices/use-notices';
import { useSession } from '../session/use-session';
import { formatExact } from '../time/format-time';
import { AttemptTimeline } from './AttemptTimeline';
import { toCurl } from './curl-command';
import classes from './DeliveryDetails.module.css';
import { DeliveryStatusBadge } from './DeliveryStatusBadge';
import { PendingNote } from './PendingNote';
import { RequestSent } from './RequestSent';

interface DeliveryDetailsProps {
  chatbotId: string;
  delivery: DeliveryDetail;
  headerPrefix: string;
  onRedelivered: () => void;
}

export function DeliveryDetails({ chatbotId, delivery, headerPrefix, onRedelivered }: DeliveryDetailsProps) {
  const { api, explainLack } = useSession();
  const { announce } = useNotices();
  const redeliver = useAction(
    useCallback(async () => {
      await api.redeliver(chatbotId, delivery.id);
      announce({ tone: 'good', text: 'The delivery is on its way again.' });
      onRedelivered();
    }, [api, chatbotId, delivery.id, announce, onRedelivered]),
  );
  const cannotRedeliver = explainLack('deliveries:write');
  const isPending = delivery.status === 'pending';
  const curl = toCurl(delivery, headerPrefix);

  return (
    <>
      <div className={classes.head}>
        <DeliveryStatusBadge status={delivery.status} />
        <PendingNote delivery={delivery} />
      </div>
      <FactList
        facts={[
          ['Event type', <code key="type">{delivery.eventType}</code>],
          ['Delivery id', <code key="id">{delivery.id}</code>],
          ['Kind', delivery.test ? 'test event' : null],
          ['Created', formatExact(delivery.createdAt)],
          ['Ended', delivery.completedAt ? formatExact(delivery.completedAt) : null],
        ]}
      />
      <div className={classes.actions}>
        <Button
          size="xs"
          leftSection={<Icon name="refresh" size={15} />}
          disabled={isPending || cannotRedeliver !== undefined}
          title={cannotRedeliver}
          loading={redeliver.isRunning}
          onClick={() => void redeliver.run()}
        >
          Redeliver
        </Button>
        {curl && <CopyButton shape="button" label="Copy as curl" text={curl} />}
        <CopyButton shape="button" label="Copy body" text={delivery.requestBody} />
      </div>
      <div className={classes.alerts}>
        <ProblemAlert title="The delivery was not sent again" problem={redeliver.problem} />
      </div>
      <section className={classes.section}>
        <Title order={3} className={classes.title}>
          Attempts
        </Title>
        <AttemptTimeline delivery={delivery} />
      </section>
      <section className={classes.section}>
        <Title order={3} className={classes.title}>
          Request
        </Title>
        <RequestSent delivery={delivery} />
      </section>
    </>
  );
}
