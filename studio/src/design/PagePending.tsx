import { Skeleton, VisuallyHidden } from '@mantine/core';
import { Brand } from './Brand';
import classes from './PagePending.module.css';

/** In the page's place until it can be shown; itself shown only if that takes long enough to be noticed. */
export function PagePending() {
  return (
    <div className={classes.pending} role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
      <div className={classes.brand}>
        <Brand />
      </div>
      <div className="page">
        <Skeleton height="20rem" radius="lg" />
      </div>
    </div>
  );
}
