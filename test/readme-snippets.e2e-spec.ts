import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signSha256 } from './support/independent-signatures.js';
import { fencedBlock } from './support/markdown.js';
import { whereInstalled } from './support/where-installed.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const BODY = `${JSON.stringify({ data: { name: 'Zoë 👋 </script>' } })}\n`;

/** Runs a snippet on one body and header, as the program that a reader would paste it into. */
const LANGUAGES = [
  {
    language: 'Node',
    marker: 'tested: node',
    command: process.execPath,
    file: 'verify.mjs',
    driver: `
import { readFileSync } from 'node:fs';
const [header] = process.argv.slice(2);
console.log(isGenuine(readFileSync(0), process.env.SECRET, header));`,
  },
  {
    language: 'Python',
    marker: 'tested: python',
    command: 'python3',
    file: 'verify.py',
    driver: `
import os, sys
header = sys.argv[1] if len(sys.argv) > 1 else None
print("true" if is_genuine(sys.stdin.buffer.read(), os.environ["SECRET"], header) else "false")`,
  },
];

describe.each(LANGUAGES)(
  'the signature snippet of the README in $language',
  ({ language, marker, command, file, driver }) => {
    whereInstalled(command, `the README's ${language} snippet`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-readme-'));
      writeFileSync(join(folder, file), `${fencedBlock('README.md', marker)}\n${driver}\n`);
      afterAll(() => rmSync(folder, { recursive: true }));

      const verdict = (body: string, ...header: string[]): string => {
        const run = spawnSync(command, [join(folder, file), ...header], {
          input: body,
          env: { ...process.env, SECRET },
          encoding: 'utf8',
        });
        if (run.status !== 0) throw new Error(`${command} failed: ${run.error ?? run.stderr}`);
        return run.stdout.trim();
      };

      it('accepts what another library signed', async () => {
        expect(verdict(BODY, await signSha256(SECRET, BODY))).toBe('true');
      });

      it.each([
        ['a changed body', (signature: string) => verdict(BODY.trim(), signature)],
        ['a shorter header', (signature: string) => verdict(BODY, signature.slice(0, -2))],
        [
          'a header of the right length',
          (signature: string) => verdict(BODY, signature.replace(/.{8}$/, 'deadbeef')),
        ],
        ['a header beyond ASCII', () => verdict(BODY, 'sha256=é')],
        ['an empty header', () => verdict(BODY, '')],
        ['no header', () => verdict(BODY)],
      ])('refuses %s without an exception', async (_, run) => {
        expect(run(await signSha256(SECRET, BODY))).toBe('false');
      });
    });
  },
);
