import { Skeleton, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { WebhookSettings } from '../api/types';
import { Icon } from '../design/Icon';
import classes from './VerifyPanel.module.css';

const VerifyGuide = lazy(() => import('./VerifyGuide'));

/** Closed at first, and its content loaded with the first opening. */
export function VerifyPanel({ chatbotId, settings }: { chatbotId: string; settings: WebhookSettings }) {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details className={classes.panel} onToggle={() => setOpened(true)}>
      <summary className={classes.summary}>
        <span className={classes.arrow}>
          <Icon name="right" size={16} />
        </span>
        <div>
          <Title order={2} className={classes.title}>
            How to verify
          </Title>
          <p className={classes.lead}>
            Code for your receiver, and a check for a request that you have at hand.
          </p>
        </div>
      </summary>
      <div className={classes.body}>
        {wasOpened && (
          <Suspense fallback={<Skeleton height="24rem" />}>
            <VerifyGuide chatbotId={chatbotId} settings={settings} />
          </Suspense>
        )}
      </div>
    </details>
  );
}
