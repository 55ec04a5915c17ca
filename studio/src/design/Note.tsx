import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import classes from './Note.module.css';

export type Tone = 'calm' | 'wait' | 'bad' | 'good';

const ICONS: Record<Tone, IconName> = { calm: 'info', wait: 'alert', bad: 'alert', good: 'check' };

/** A remark that belongs to what stands above or below it. */
export function Note({
  tone = 'calm',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <div className={classes.note} data-tone={tone}>
      <span className={classes.icon}>
        <Icon name={icon ?? ICONS[tone]} size={17} />
      </span>
      <div>{children}</div>
    </div>
  );
}
