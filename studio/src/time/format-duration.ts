/** "84 ms", "1.3 s", "4 min", "2 h". */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`;
  if (durationMs < 3_600_000) return `${Math.round(durationMs / 60_000)} min`;
  return `${Math.round(durationMs / 3_600_000)} h`;
}

export const formatMaybeDuration = (durationMs: number | null) =>
  durationMs === null ? '–' : formatDuration(durationMs);
