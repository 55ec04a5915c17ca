import { createContext } from 'react';
import type { StudioApi } from '../api/studio-api';
import type { Me } from '../api/types';

export interface Session {
  api: StudioApi;
  me: Me;
  /** Whether the key's scopes include this one. The server decides; this only hides what would be refused. */
  can: (scope: string) => boolean;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);
