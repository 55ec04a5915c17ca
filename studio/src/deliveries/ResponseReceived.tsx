import type { Attempt } from '../api/types';
import { CodeBlock } from '../design/CodeBlock';
import classes from './AttemptItem.module.css';
import { formatHeaders } from './format-headers';

/** What the receiver answered: shown as text, never as what it claims to be. */
export function ResponseReceived({ attempt, isOpen }: { attempt: Attempt; isOpen: boolean }) {
  const { number, responseHeaders, responseBody, responseBodyTruncated } = attempt;
  return (
    <details className={classes.answer} open={isOpen}>
      <summary>Response headers and body</summary>
      {responseHeaders && (
        <>
          <p className={classes.part}>Headers</p>
          <CodeBlock
            label={`Response headers of attempt ${number}`}
            text={formatHeaders(responseHeaders)}
            wrap
          />
        </>
      )}
      <p className={classes.part}>Body{responseBodyTruncated && ', cut after 16 KiB'}</p>
      {responseBody ? (
        <CodeBlock label={`Response body of attempt ${number}`} text={responseBody} wrap />
      ) : (
        <p className={classes.message}>The body is empty.</p>
      )}
    </details>
  );
}
