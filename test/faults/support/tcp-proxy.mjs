import { connect, createServer } from 'node:net';

/** Stands between the product and a server, so that the network between them can fail from outside. */
export class TcpProxy {
  #target;
  #server = createServer({ allowHalfOpen: true }, (socket) => this.#relay(socket));
  /** @type {Set<import('node:net').Socket>} */
  #sockets = new Set();
  /** @type {WeakSet<import('node:net').Socket>} */
  #stranded = new WeakSet();
  #isStalled = false;

  static async to(port) {
    const proxy = new TcpProxy(port);
    await proxy.#listen(0);
    proxy.port = proxy.#server.address().port;
    return proxy;
  }

  constructor(target) {
    this.#target = target;
    this.port = 0;
  }

  /** Bytes stop; connections stay open, as when a cable is pulled. */
  stall() {
    this.#isStalled = true;
    for (const socket of this.#sockets) socket.pause();
  }

  resume() {
    this.#isStalled = false;
    for (const socket of this.#sockets) if (!this.#stranded.has(socket)) socket.resume();
  }

  /** The connections of now never carry another byte, and nobody says so; new ones work. A machine is gone. */
  strand() {
    for (const socket of this.#sockets) {
      this.#stranded.add(socket);
      socket.pause();
    }
  }

  /** Every connection breaks, and new ones are refused. */
  async cut() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async mend() {
    await this.#listen(this.port);
  }

  async close() {
    if (this.#server.listening) await this.cut();
  }

  async #listen(port) {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  #relay(near) {
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    this.#join(near, far);
    this.#join(far, near);
  }

  #join(from, to) {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk) => {
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => {
          if (!this.#isStalled && !this.#stranded.has(from)) from.resume();
        });
      }
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#isStalled) from.pause();
  }
}
