import { createContext } from 'react';
import type { Tone } from '../design/Note';

export interface Notice {
  tone: Tone;
  text: string;
}

export interface Notices {
  /** Shows a short text for some seconds and has it read out by screen readers. */
  announce: (notice: Notice) => void;
}

export const NoticesContext = createContext<Notices | null>(null);
