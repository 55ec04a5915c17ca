import { formatExact, formatRelative } from './format-time';
import { useTicking } from './use-ticking';

/** Relative to now, kept current; the exact time in the viewer's zone on hover. */
export function RelativeTime({ at }: { at: string }) {
  const text = useTicking((now) => formatRelative(at, now));
  return (
    <time dateTime={at} title={formatExact(at)}>
      {text}
    </time>
  );
}
