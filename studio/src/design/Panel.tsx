import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps {
  title?: ReactNode;
  titleId?: string;
  lead?: ReactNode;
  /** Controls at the right end of the head. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One surface of the page with an optional head. */
export function Panel({ title, titleId, lead, aside, children }: PanelProps) {
  return (
    <section className={classes.panel}>
      {title && (
        <div className={classes.head}>
          <div>
            <Title order={2} id={titleId} className={classes.title}>
              {title}
            </Title>
            {lead && <p className={classes.lead}>{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
