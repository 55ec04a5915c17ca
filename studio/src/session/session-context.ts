import { createContext } from 'react';
import type { StudioApi } from '../api/studio-api';
import type { Me } from '../api/types';

export interface Session {
  api: StudioApi;
  me: Me;
  /** Whether the key's scopes include this one. The server decides; this only hides what would be refused. */
  can: (scope: string) => boolean;
  /** Why something that takes these scopes is not offered; undefined where the key has them all. */
  explainLack: (...scopes: string[]) => string | undefined;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);
