import { readiness } from '../support/product-process.mjs';
import { until } from '../support/wait.mjs';
import { Workload } from '../support/workload.mjs';

async function tenTogether({ stack, findings }) {
  await stack.postgres.createDatabase('ten');
  const env = { DATABASE_URL: stack.postgres.urlAt(stack.postgres.port, 'ten'), LOG_LEVEL: 'warn' };
  const sinceMs = performance.now();
  const products = await Promise.all(Array.from({ length: 10 }, () => stack.launch({ role: 'api', env })));
  await Promise.all(products.map((product) => product.ready()));
  findings.figure('all ten ready after', (performance.now() - sinceMs) / 1000, 's');
  for (const product of products) findings.equal((await readiness(product)).status, 200, 'ready');
  await stack.stopProducts();
}

async function beforeItsServers({ stack, findings }) {
  await Promise.all([stack.postgres.stop(), stack.redis.stop()]);
  const product = await stack.launch();
  await until(
    () => `a line about waiting: ${product.tail()}`,
    () => product.counts.get('database.waiting') && product.counts.get('queue.unavailable'),
  );
  await stack.postgres.start();
  const postgresUpAtMs = performance.now();
  await product.ready();
  findings.figure('up after PostgreSQL by', (performance.now() - postgresUpAtMs) / 1000, 's');

  const health = await readiness(product);
  findings.equal(health.status, 200, 'ready without Redis');
  findings.equal(health.body.status, 'degraded', 'status');
  const workload = new Workload(stack);
  await workload.addChatbots(product, 1);
  findings.equal((await workload.publish(product)).status, 202, 'accepted without Redis');
  await workload.settle();
  await stack.redis.start();
  await until('the queue to be up', async () => (await readiness(product)).body.status === 'ok');
  await workload.publish(product);
  await workload.settle();
  findings.equal((await workload.verify(findings)).requests, 2, 'requests');
  await stack.stopProducts();
}

async function whileRedisLoads({ stack, findings }) {
  await stack.redis.restartLoading(3_000);
  const product = await stack.start();
  const workload = new Workload(stack);
  await workload.addChatbots(product, 1);
  await workload.publishMany(() => product, 10);
  await workload.settle();
  await until('the queue to be up', async () => (await readiness(product)).body.status === 'ok');
  await workload.publishMany(() => product, 10);
  await workload.settle();
  findings.equal((await workload.verify(findings)).requests, 20, 'requests');
  findings.check(!product.hasExited, 'the process lives');
  await stack.stopProducts();
}

export const starts = {
  name: 'starts',
  scenarios: [
    { title: 'Ten processes start together on an empty database', run: tenTogether },
    {
      title: 'A process starts before PostgreSQL and Redis: waits, says so, then works',
      run: beforeItsServers,
    },
    { title: 'A process starts while Redis is loading its data', run: whileRedisLoads },
  ],
};
