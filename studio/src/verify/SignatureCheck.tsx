import { Button, Stack, Textarea, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { VerifyResult } from '../api/types';
import { useAction } from '../data/use-action';
import { Note } from '../design/Note';
import { ProblemAlert } from '../design/ProblemAlert';
import { useSession } from '../session/use-session';
import classes from './SnippetTabs.module.css';

interface SignatureCheckProps {
  chatbotId: string;
  headerPrefix: string;
  hasSecret: boolean;
}

/** Standard Webhooks 1.0: `v1,<base64>`, several of them parted by spaces. */
const isStandardSignature = (signature: string) => /^v1,/.test(signature.trim());

/** Checks a pasted request on the server: the secret does not come here. */
export function SignatureCheck({ chatbotId, headerPrefix, hasSecret }: SignatureCheckProps) {
  const { api } = useSession();
  const [body, setBody] = useState('');
  const [signature, setSignature] = useState('');
  const [webhookId, setWebhookId] = useState('');
  const [webhookTimestamp, setWebhookTimestamp] = useState('');
  const [result, setResult] = useState<VerifyResult | null>(null);

  const isStandard = isStandardSignature(signature);
  const check = useAction(async () => {
    setResult(null);
    const standard = isStandard
      ? { webhookId: webhookId.trim(), webhookTimestamp: webhookTimestamp.trim() }
      : {};
    setResult(await api.verifySignature(chatbotId, { body, signature: signature.trim(), ...standard }));
  });
  const change = (set: (value: string) => void) => (value: string) => {
    setResult(null);
    set(value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void check.run();
  };

  return (
    <section>
      <Title order={3} className={classes.title}>
        Check a request
      </Title>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Textarea
            label="Request body"
            description="Exactly as received, to the last space."
            rows={6}
            spellCheck={false}
            value={body}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
            onChange={(event) => change(setBody)(event.currentTarget.value)}
          />
          <TextInput
            label="Signature"
            description={`The value of ${headerPrefix}-Signature or webhook-signature.`}
            placeholder="sha256=…"
            spellCheck={false}
            autoComplete="off"
            value={signature}
            onChange={(event) => change(setSignature)(event.currentTarget.value)}
          />
          {isStandard && (
            <>
              <TextInput
                label="webhook-id"
                value={webhookId}
                onChange={(event) => change(setWebhookId)(event.currentTarget.value)}
              />
              <TextInput
                label="webhook-timestamp"
                value={webhookTimestamp}
                onChange={(event) => change(setWebhookTimestamp)(event.currentTarget.value)}
              />
            </>
          )}
          <div>
            <Button
              type="submit"
              variant="default"
              loading={check.isRunning}
              disabled={!hasSecret || body === '' || signature.trim() === ''}
            >
              Check signature
            </Button>
          </div>
          <div aria-live="polite">
            {!hasSecret && <Note>There is no secret to check against.</Note>}
            {result && <Note tone={result.valid ? 'good' : 'bad'}>{result.message}</Note>}
          </div>
          <ProblemAlert title="The signature could not be checked" problem={check.problem} />
        </Stack>
      </form>
    </section>
  );
}
