const PATHS = {
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  eyeOff:
    'M4 4l16 16 M9.9 5.800A9 9 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a16 16 0 0 1-3 3.7 M6.3 7.300A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.500c1.7 0 3.2-.5 4.5-1.2 M10 10a3 3 0 0 0 4 4',
  copy: 'M9 9h10v10H9Z M15 9V5H5v10h4',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  cross: 'M6 6l12 12 M18 6L6 18',
  clock: 'M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z M12 7.500V12l3 2',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.300L20 9 M20 4.500V9h-4.5',
  alert: 'M12 4 2.8 20h18.400Z M12 10v4.5 M12 17.200v.1',
  info: 'M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z M12 11v5 M12 7.800v.1',
  lock: 'M6 11h12v9H6Z M8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  search: 'M11 4.500a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z M16 16l4.5 4.5',
  plus: 'M12 5v14 M5 12h14',
  right: 'M9 5.500l6.5 6.500L9 18.5',
  left: 'M15 5.500L8.5 12l6.5 6.5',
  down: 'M5.5 9l6.5 6.500L18.5 9',
  settings:
    'M4 7.500h9 M17 7.500h3 M4 16.500h3 M11 16.500h9 M15 5.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z M9 14.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z',
  send: 'M20.5 3.500L10 14 M20.5 3.5 14 20.5 10 14 3.5 10Z',
  trash: 'M5 7h14 M9.5 7V4.500h5V7 M7 7l.8 12.500h8.400L17 7',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z M12 2.500v2 M12 19.500v2 M2.5 12h2 M19.5 12h2 M5.3 5.300l1.4 1.4 M17.3 17.300l1.4 1.4 M18.7 5.300l-1.4 1.4 M6.7 17.300l-1.4 1.4',
  moon: 'M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z',
  inbox: 'M4 13.5 6.5 5h11L20 13.500V19H4Z M4 13.500h4.500l1.5 2.500h4l1.5-2.500H20',
  chat: 'M5 5h14v11h-7l-4.5 3.500V16H5Z',
  signOut: 'M14 4.500H5.500v15H14 M10 12h10.5 M17 8.500l3.5 3.5-3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a text or inside a labelled control: never the only carrier of a meaning. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
