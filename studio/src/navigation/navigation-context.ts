import { createContext } from 'react';

/** Whether leaving for this path would lose something unsaved. */
export type LeaveGuard = (toPath: string) => boolean;

export interface Navigation {
  path: string;
  navigate: (toPath: string, options?: { replace?: boolean }) => void;
  /** To a path that this page may have been opened from: a step back if so, instead of one entry more. */
  returnTo: (path: string) => void;
  /** Runs the action, after asking when it would lose something unsaved. */
  runGuarded: (action: () => void) => void;
  /** One guard at a time; null takes it away. */
  setGuard: (guard: LeaveGuard | null) => void;
}

export const NavigationContext = createContext<Navigation | null>(null);
