import { Button } from '@mantine/core';
import { useState } from 'react';
import type { DeliveryDetail } from '../api/types';
import { CodeBlock } from '../design/CodeBlock';
import { formatHeaders } from './format-headers';
import classes from './RequestSent.module.css';

/** Headers of the last attempt, and the body: the same bytes at every attempt. */
export function RequestSent({ delivery }: { delivery: DeliveryDetail }) {
  const [isFormatted, setFormatted] = useState(false);
  const headers = delivery.attempts.findLast(({ requestHeaders }) => requestHeaders)?.requestHeaders;
  return (
    <>
      {headers && (
        <>
          <p className={classes.name}>Headers of the last attempt; signatures are not kept</p>
          <CodeBlock label="Request headers" text={formatHeaders(headers)} wrap />
        </>
      )}
      <div className={classes.head}>
        <p className={classes.name}>{isFormatted ? 'Body, formatted' : 'Body, exactly as sent'}</p>
        <Button variant="subtle" size="compact-xs" onClick={() => setFormatted(!isFormatted)}>
          {isFormatted ? 'Show as sent' : 'Show formatted'}
        </Button>
      </div>
      <CodeBlock
        label="Request body"
        text={isFormatted ? formatJson(delivery.requestBody) : delivery.requestBody}
        wrap
      />
    </>
  );
}

function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
