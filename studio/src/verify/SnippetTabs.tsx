import { Tabs, Title } from '@mantine/core';
import { useMemo } from 'react';
import { CodeBlock } from '../design/CodeBlock';
import { CopyButton } from '../design/CopyButton';
import classes from './SnippetTabs.module.css';
import { makeSnippets } from './snippets';

interface SnippetTabsProps {
  headerPrefix: string;
  hasSecret: boolean;
}

export function SnippetTabs({ headerPrefix, hasSecret }: SnippetTabsProps) {
  const snippets = useMemo(() => makeSnippets(headerPrefix), [headerPrefix]);
  return (
    <section>
      <Title order={3} className={classes.title}>
        In your receiver
      </Title>
      <Tabs defaultValue={snippets[0]?.language} keepMounted={false}>
        <Tabs.List aria-label="Language" mb="sm">
          {snippets.map(({ language }) => (
            <Tabs.Tab key={language} value={language}>
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ language, code }) => (
          <Tabs.Panel key={language} value={language}>
            <div className={classes.copy}>
              <CopyButton shape="button" label="Copy code" text={code} />
            </div>
            <CodeBlock label={`Receiver in ${language}`} text={code} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <p className={classes.foot}>
        {hasSecret ? 'Every request also carries' : 'With a secret, every request also carries'}{' '}
        <code>webhook-id</code>, <code>webhook-timestamp</code> and <code>webhook-signature</code> of Standard
        Webhooks 1.0: its ready-made libraries verify them and refuse replays.
      </p>
    </section>
  );
}
