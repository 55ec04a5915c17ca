import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Pool } from 'pg';
import { DeadlineClient } from './deadline-client.js';
import { SurvivingClient } from './surviving-client.js';

/** PostgreSQL's wire protocol 3.0, "Message Formats": a type byte, then the length with itself. */
const message = (type: string, body: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const AUTHENTICATION_OK = message('R', Buffer.alloc(4));
const READY_FOR_QUERY = message('Z', Buffer.from('I'));
const TERMINATED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0'));

describe.each([{ Client: SurvivingClient }, { Client: DeadlineClient }])('$Client.name', ({ Client }) => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATION_OK, READY_FOR_QUERY, TERMINATED])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  it('outlives a server that ends it in the packet that said it is ready', async () => {
    const { port } = server.address() as AddressInfo;
    const pool = new Pool({
      host: '127.0.0.1',
      port,
      user: 'anybody',
      Client,
      connectionTimeoutMillis: 2000,
    });
    pool.on('error', () => undefined);
    const client = await pool.connect();
    await expect(client.query('SELECT 1')).rejects.toThrow('not queryable');
    client.release();
    expect(pool.totalCount).toBe(0);
    await pool.end();
  });
});
