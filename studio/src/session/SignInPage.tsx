import { Button, TextInput, Title } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { ApiProblem, messageOf } from '../api/api-problem';
import { Brand } from '../design/Brand';
import { Note } from '../design/Note';
import classes from './SignInPage.module.css';

interface SignInPageProps {
  /** Why the person is here again, if there is a reason. */
  message: string | null;
  onSignIn: (apiKey: string) => Promise<void>;
}

export function SignInPage({ message, onSignIn }: SignInPageProps) {
  const [apiKey, setApiKey] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isChecking, setChecking] = useState(false);
  const inputRef = useRef<HTMLInputElement>(null);

  const refuse = (reason: string) => {
    setError(reason);
    setChecking(false);
    inputRef.current?.focus();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const typed = apiKey.trim();
    if (typed === '') return refuse('Paste your API key first.');
    // A header value takes Latin-1 only; fetch would throw on a key copied together with other characters.
    if (!/^[\x21-\x7e]+$/.test(typed))
      return refuse('This is not an API key: it holds spaces or special characters.');
    setError(null);
    setChecking(true);
    try {
      await onSignIn(typed);
    } catch (problem) {
      const isUnknownKey = problem instanceof ApiProblem && problem.status === 401;
      refuse(isUnknownKey ? 'This API key is not known, or was revoked.' : messageOf(problem));
    }
  };

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
          <div>
            <Title order={1} className={classes.title}>
              Sign in
            </Title>
            <p className={classes.lead}>with a key of your organization, or the platform key.</p>
          </div>
          {message && !error && <Note tone="wait">{message}</Note>}
          {/* Not type="password": browsers would offer to store the key, and it is to live in this tab only. */}
          <TextInput
            ref={inputRef}
            label="API key"
            name="api-key"
            value={apiKey}
            error={error}
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            classNames={{ input: classes.key }}
            onChange={(event) => setApiKey(event.currentTarget.value)}
          />
          <Button type="submit" loading={isChecking}>
            Sign in
          </Button>
        </form>
        <p className={classes.foot}>
          The key is kept in this browser tab only, and forgotten when you close it.
        </p>
      </div>
    </main>
  );
}
