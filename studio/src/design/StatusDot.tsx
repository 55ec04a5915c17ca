import type { ReactNode } from 'react';
import type { Tone } from './Note';
import classes from './StatusDot.module.css';

/** A state in a word, coloured; the word alone says it all. */
export function StatusDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.status} data-tone={tone}>
      {children}
    </span>
  );
}
