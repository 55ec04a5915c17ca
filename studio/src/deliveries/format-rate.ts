/** 0.985 becomes "98.5%". What is not all is never shown as 100%, nor what is something as 0%. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '–';
  if (rate === 0 || rate === 1) return `${rate * 100}%`;
  const percent = Math.min(Math.max(Math.round(rate * 1000) / 10, 0.1), 99.9);
  return `${percent}%`;
}
