import { readFileSync } from 'node:fs';

/**
 * The fenced block that follows `<!-- <marker> -->` in a Markdown file: documentation that is tested as it
 * stands. Throws when it is gone, so that a reworded page cannot lose its test.
 */
export function fencedBlock(file: string, marker: string): string {
  const [, after] = readFileSync(file, 'utf8').split(`<!-- ${marker} -->`);
  const match = after && /^\s*```\w+\n(.*?)\n```/s.exec(after);
  if (!match) throw new Error(`${file} has no fenced block behind <!-- ${marker} -->.`);
  return match[1] as string;
}
