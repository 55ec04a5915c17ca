/** 0.9987 becomes "99.9%": rounded down, so that 100% means that nothing failed. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '–';
  const perMille = Math.floor(rate * 1000 + 1e-9);
  return `${perMille % 10 === 0 ? perMille / 10 : (perMille / 10).toFixed(1)}%`;
}
