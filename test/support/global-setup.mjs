// Runs once before Jest's workers start, so that they begin life with what a process reads only at its start.
import { PGlite } from '@electric-sql/pglite';
import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../examples/support/certificates.mjs';

export default async function globalSetup() {
  const folder = mkdtempSync(join(tmpdir(), 'chatbot-webhooks-tests-'));
  process.env.TEST_FOLDER = folder;

  // Receivers prove who they are with certificates of a throw-away authority, which the application trusts the
  // way an operator would make it.
  const authority = await createCertificateAuthority();
  const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
  await Promise.all([
    writeFile(join(folder, 'ca.pem'), authority.caPem),
    writeFile(join(folder, 'receiver-cert.pem'), certPem),
    writeFile(join(folder, 'receiver-key.pem'), keyPem, { mode: 0o600 }),
  ]);
  process.env.NODE_EXTRA_CA_CERTS = join(folder, 'ca.pem');

  if (process.env.TEST_ENGINE !== 'servers') await createEmptyPostgres(join(folder, 'empty-postgres'));
}

/** initdb takes seconds: applications on the embedded database start from a copy of one empty database. */
async function createEmptyPostgres(folder) {
  const db = await PGlite.create(folder);
  // Nobody creates databases from these two, and without them a copy is half as large.
  for (const name of ['template0', 'template1']) {
    await db.exec(`ALTER DATABASE ${name} IS_TEMPLATE false`);
    await db.exec(`DROP DATABASE ${name}`);
  }
  await db.close();
}
