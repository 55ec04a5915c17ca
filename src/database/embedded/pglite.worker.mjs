// PostgreSQL in WASM works synchronously: on a thread of its own it cannot hold up timers and requests.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { parentPort, workerData } from 'node:worker_threads';

const { dataDir, socketPath, maxConnections } = workerData;

const db = await PGlite.create({
  dataDir,
  startParams: [
    ...PGlite.defaultStartParams,
    ...['shared_buffers=8MB', 'max_wal_size=64MB', 'min_wal_size=32MB'].flatMap((setting) => ['-c', setting]),
  ],
});
const server = new PGLiteSocketServer({ db, path: socketPath, maxConnections });
await server.start();

parentPort.on('message', async () => {
  await server.stop();
  await db.close();
  parentPort.postMessage('closed');
  parentPort.close();
});
parentPort.postMessage('ready');
