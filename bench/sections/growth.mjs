import { CLAIM } from '../../dist/deliveries/delivery-ledger.sql.js';
import { setUpChatbots, startProduct } from '../support/product.mjs';
import { ms, times, whole } from '../support/report.mjs';
import { percentiles, runMany } from '../support/statistics.mjs';

const CLAIMS = 200;

/** Does it slow down as rows pile up? The same run on an almost empty and on a full database. */
export async function growth(context) {
  const { options, stores, report } = context;
  if (!stores) return;
  const runs = [];
  for (const stored of options.sizes.growthRows) runs.push({ stored, ...(await measure(context, stored)) });
  const [small] = runs;
  report.section(
    'growth',
    'Growth: deliveries already stored',
    [
      [
        'Stored',
        'Deliveries/s',
        'vs fewest',
        'Recent Deliveries p50',
        'p99',
        'filtered p99',
        'Claim p50',
        'p99',
      ],
      ...runs.map(({ stored, perSecond, page, filteredPage, claim }) => [
        whole(stored),
        whole(perSecond),
        times(perSecond / small.perSecond),
        ms(page.p50),
        ms(page.p99),
        ms(filteredPage.p99),
        ms(claim.p50),
        ms(claim.p99),
      ]),
    ],
    runs,
  );
  const million = runs.find(({ stored }) => stored === 1_000_000);
  if (!million) return;
  report.goal('rate with 1 million rows vs 10 thousand', million.perSecond / small.perSecond, 0.9);
  report.goal('Recent Deliveries p99 at 1 million rows', million.page.p99, 20, { isAtMost: true, show: ms });
}

async function measure(context, stored) {
  const { options, stores, receiver } = context;
  await stores.reset();
  const product = await startProduct(context, stores);
  const chatbotIds = await setUpChatbots(product.api, options.chatbots, receiver.url);
  await fill(stores, stored);
  const load = { outstanding: options.outstanding, chatbotIds };
  const count = options.sizes.growthDeliveries;
  await product.call('throughput', { count: Math.ceil(count / 8), ...load });
  const { tookMs } = await product.call('throughput', { count, ...load });

  const pageOf = (query) => (index) =>
    product.api(
      'GET',
      `/v1/chatbots/${chatbotIds[(index * 7) % chatbotIds.length]}/deliveries?limit=25${query}`,
    );
  await runMany(20, 1, pageOf(''));
  const page = percentiles(await runMany(options.sizes.pages, 1, pageOf('')));
  const filteredPage = percentiles(await runMany(options.sizes.pages, 1, pageOf('&status=failed')));
  const claim = await timeClaims(stores);
  await product.stop();
  return { perSecond: (count / tookMs) * 1000, page, filteredPage, claim };
}

/** A history of a month: 2 % failed, one attempt each, bodies of the usual size, ids in the order of time. */
async function fill(stores, count) {
  await stores.query(
    `
    WITH bot AS (
      SELECT chatbot_id, organization_id, row_number() OVER () - 1 AS number, count(*) OVER () AS bots
        FROM chatbot_webhooks.webhook_settings
    ), made AS (
      SELECT index, now() - interval '30 days' + index * (interval '30 days' / $1::int) AS at
        FROM generate_series(1, $1::int) AS index
    )
    INSERT INTO chatbot_webhooks.delivery
      (id, organization_id, chatbot_id, event_id, event_type, is_test, request_body, status, created_at,
       attempt_count, completed_at, response_status, duration_ms)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' ||
              lpad(to_hex(index % 4096), 3, '0') || '8' || substr(md5(index::text), 1, 15))::uuid,
           organization_id, chatbot_id, 'stored-' || index, 'conversation.message', false,
           convert_to(repeat('x', 560), 'UTF8'), CASE WHEN index % 50 = 0 THEN 'failed' ELSE 'delivered' END,
           at, 1, at + interval '30 ms', CASE WHEN index % 50 = 0 THEN 500 ELSE 200 END, 30
      FROM made JOIN bot ON bot.number = made.index % bot.bots`,
    [count],
  );
  await stores.query(`
    INSERT INTO chatbot_webhooks.delivery_attempt
      (delivery_id, number, started_at, duration_ms, url, response_status, response_headers, response_body,
       is_response_body_truncated)
    SELECT id, 1, created_at, 30, 'https://receiver.example/healthy/0', response_status,
           '{"content-length": "2"}', 'ok', false
      FROM chatbot_webhooks.delivery`);
  await stores.query('VACUUM (ANALYZE) chatbot_webhooks.delivery');
  await stores.query('VACUUM (ANALYZE) chatbot_webhooks.delivery_attempt');
  await stores.query('CHECKPOINT');
}

/** The product's own statement, for one ticket, as the database alone takes for it. */
async function timeClaims(stores) {
  const rows = await stores.query(
    `
    INSERT INTO chatbot_webhooks.delivery
      (id, organization_id, chatbot_id, event_id, event_type, is_test, request_body, status, created_at, wake_at)
    SELECT gen_random_uuid(), organization_id, chatbot_id, 'claimed-' || index, 'conversation.message', false,
           convert_to(repeat('x', 560), 'UTF8'), 'pending', now(), now() + interval '1 hour'
      FROM generate_series(1, $1::int) AS index,
           (SELECT * FROM chatbot_webhooks.webhook_settings LIMIT 1) AS settings
    RETURNING id`,
    [CLAIMS],
  );
  const claimOne = (index) =>
    stores.query(CLAIM, [
      JSON.stringify([{ deliveryId: rows[index].id, attemptNumber: 1, url: 'https://receiver.example/' }]),
      15_000,
    ]);
  return percentiles(await runMany(CLAIMS, 1, claimOne));
}
