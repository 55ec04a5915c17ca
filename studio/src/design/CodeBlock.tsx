import classes from './CodeBlock.module.css';

interface CodeBlockProps {
  /** Shown as text, whatever it holds: receivers answer with anything. */
  text: string;
  /** Accessible name of the scrollable region. */
  label: string;
  wrap?: boolean;
}

/** Focusable, because a keyboard must be able to scroll it. */
export function CodeBlock({ text, label, wrap = false }: CodeBlockProps) {
  return (
    <pre className={classes.code} data-wrap={wrap || undefined} tabIndex={0} role="region" aria-label={label}>
      <code>{text}</code>
    </pre>
  );
}
