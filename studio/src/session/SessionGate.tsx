import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/api-problem';
import { createHttp } from '../api/http';
import { createStudioApi } from '../api/studio-api';
import type { Me } from '../api/types';
import { ErrorState } from '../design/ErrorState';
import { PagePending } from '../design/PagePending';
import { apiKeyStore } from './api-key-store';
import { explainLack } from './explain-lack';
import { hasScope } from './has-scope';
import { SessionContext, type Session } from './session-context';
import { SignInPage } from './SignInPage';

interface SignedIn {
  apiKey: string;
  me: Me;
}

const KEY_ENDED = 'This API key is no longer valid. Sign in with another one.';

/** Shows the sign-in page until an API key has proved itself, then its children; back again on any 401. */
export function SessionGate({ children }: { children: ReactNode }) {
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null);
  const [keptKey, setKeptKey] = useState(() => apiKeyStore.find());
  const [restoreProblem, setRestoreProblem] = useState<unknown>();
  const [message, setMessage] = useState<string | null>(null);

  const signOut = useCallback((message: string | null = null) => {
    apiKeyStore.forget();
    setKeptKey(null);
    setSignedIn(null);
    setMessage(message);
  }, []);

  const signIn = useCallback(async (apiKey: string, signal?: AbortSignal) => {
    const me = await createStudioApi(createHttp({ apiKey })).getMe(signal);
    apiKeyStore.keep(apiKey);
    setMessage(null);
    setSignedIn({ apiKey, me });
  }, []);

  useEffect(() => {
    if (keptKey === null || signedIn || restoreProblem) return;
    const abort = new AbortController();
    signIn(keptKey, abort.signal).catch((problem: unknown) => {
      if (abort.signal.aborted) return;
      if (problem instanceof ApiProblem && problem.status === 401) signOut(KEY_ENDED);
      else setRestoreProblem(problem);
    });
    return () => abort.abort();
  }, [keptKey, signedIn, restoreProblem, signIn, signOut]);

  const session = useMemo<Session | null>(() => {
    if (!signedIn) return null;
    const http = createHttp({ apiKey: signedIn.apiKey, onUnauthenticated: () => signOut(KEY_ENDED) });
    return {
      api: createStudioApi(http),
      me: signedIn.me,
      can: (scope) => hasScope(signedIn.me.scopes, scope),
      explainLack: (...scopes) => explainLack(signedIn.me.scopes, scopes),
      signOut: () => signOut(),
    };
  }, [signedIn, signOut]);

  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  if (restoreProblem) {
    const retry = () => setRestoreProblem(undefined);
    return <ErrorState title="Your session could not be restored" problem={restoreProblem} onRetry={retry} />;
  }
  if (keptKey !== null) return <PagePending />; // A flash of the sign-in page would mislead.
  return <SignInPage message={message} onSignIn={signIn} />;
}
