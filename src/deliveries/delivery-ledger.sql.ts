/**
 * Statements of DeliveryLedger. Rows come in as one JSON array: it needs no escaping, has no length limit and
 * reads as a table. Statements that lock many rows lock them in the order of their ids, so that two of them
 * cannot wait for each other.
 *
 * Those that find rows by id say `wake_at IS NOT NULL` for "pending", which a constraint makes the same: with
 * `status = 'pending'` the planner may take the partial delivery_wake_idx instead of the primary key, and read
 * through everything that is pending, or was before the last vacuum.
 */

export const OPEN = `
  INSERT INTO chatbot_webhooks.delivery
    (id, organization_id, chatbot_id, event_id, event_type, is_test, request_body, status, created_at,
     next_attempt_at, wake_at)
  SELECT "deliveryId", "organizationId", "chatbotId", "eventId", "eventType", "isTest",
         convert_to("requestBody", 'UTF8'), 'pending', "createdAt",
         now(), now() + "wakeAfterMs" * interval '1 ms'
  FROM json_to_recordset($1::json) AS input(
    "deliveryId" uuid, "organizationId" uuid, "chatbotId" uuid, "eventId" text, "eventType" text,
    "isTest" boolean, "requestBody" text, "createdAt" timestamptz, "wakeAfterMs" integer)
  ON CONFLICT (chatbot_id, event_id) DO NOTHING
  RETURNING id`;

export const FIND_BY_EVENT = `
  SELECT id FROM chatbot_webhooks.delivery WHERE chatbot_id = $1 AND event_id = $2`;

export const CLAIM = `
  WITH ticket AS MATERIALIZED (
    SELECT delivery.id, input.url
    FROM json_to_recordset($1::json) AS input("deliveryId" uuid, "attemptNumber" integer, url text)
    JOIN chatbot_webhooks.delivery ON delivery.id = input."deliveryId"
    WHERE delivery.wake_at IS NOT NULL
      AND delivery.attempt_count = input."attemptNumber" - 1
      AND delivery.lease_started_at IS NULL
    ORDER BY delivery.id
    FOR UPDATE OF delivery
  )
  UPDATE chatbot_webhooks.delivery
  SET attempt_count = attempt_count + 1,
      next_attempt_at = NULL,
      lease_started_at = now(),
      lease_ends_at = now() + $2::integer * interval '1 ms',
      lease_url = ticket.url
  FROM ticket
  WHERE delivery.id = ticket.id
  RETURNING delivery.id AS "deliveryId", chatbot_id AS "chatbotId", attempt_count AS "attemptNumber",
    organization_id AS "organizationId", event_type AS "eventType", is_test AS "isTest",
    request_body AS "requestBody", schedule_step AS "scheduleStep", created_at AS "createdAt"`;

export const RECORD = `
  WITH input AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS input(
      "deliveryId" uuid, "attemptNumber" integer, "startedAt" timestamptz, "durationMs" integer, url text,
      "responseStatus" integer, "responseHeaders" jsonb, "responseBody" text,
      "isResponseBodyTruncated" boolean, "errorCode" text, "errorMessage" text,
      status text, "scheduleStep" integer, "retryAfterMs" integer)
  ), held AS MATERIALIZED (
    SELECT delivery.id
    FROM input JOIN chatbot_webhooks.delivery
      ON delivery.id = input."deliveryId" AND delivery.attempt_count = input."attemptNumber"
    WHERE delivery.wake_at IS NOT NULL AND delivery.lease_started_at IS NOT NULL
    ORDER BY delivery.id
    FOR UPDATE OF delivery
  ), recorded AS (
    UPDATE chatbot_webhooks.delivery
    SET status = input.status,
        schedule_step = input."scheduleStep",
        next_attempt_at = now() + input."retryAfterMs" * interval '1 ms',
        wake_at = now() + (input."retryAfterMs" + $2::integer) * interval '1 ms',
        lease_started_at = NULL,
        lease_ends_at = NULL,
        lease_url = NULL,
        completed_at = CASE WHEN input.status <> 'pending'
                       THEN input."startedAt" + input."durationMs" * interval '1 ms' END,
        response_status = input."responseStatus",
        error_code = input."errorCode",
        error_message = input."errorMessage",
        duration_ms = input."durationMs"
    FROM input JOIN held ON held.id = input."deliveryId"
    WHERE delivery.id = held.id
    RETURNING delivery.id
  )
  INSERT INTO chatbot_webhooks.delivery_attempt
    (delivery_id, number, started_at, duration_ms, url, response_status, response_headers, response_body,
     is_response_body_truncated, error_code, error_message)
  SELECT input."deliveryId", "attemptNumber", "startedAt", "durationMs", url, "responseStatus",
         "responseHeaders", decode("responseBody", 'base64'), "isResponseBodyTruncated", "errorCode",
         "errorMessage"
  FROM input JOIN recorded ON recorded.id = input."deliveryId"
  RETURNING delivery_id AS "deliveryId"`;

export const PARK = `
  UPDATE chatbot_webhooks.delivery SET wake_at = greatest(now(), next_attempt_at)
  WHERE id IN (
    SELECT delivery.id
    FROM json_to_recordset($1::json) AS input("deliveryId" uuid, "attemptNumber" integer)
    JOIN chatbot_webhooks.delivery
      ON delivery.id = input."deliveryId" AND delivery.attempt_count = input."attemptNumber" - 1
    WHERE delivery.wake_at IS NOT NULL AND delivery.lease_started_at IS NULL
    ORDER BY delivery.id
    FOR UPDATE OF delivery)`;

export const END = `
  UPDATE chatbot_webhooks.delivery
  SET status = 'failed', completed_at = $5, error_code = $3, error_message = $4,
      next_attempt_at = NULL, wake_at = NULL
  WHERE id = $1 AND status = 'pending' AND attempt_count = $2::integer - 1 AND lease_started_at IS NULL
    AND NOT ($6::boolean AND is_test)
  RETURNING event_type AS "eventType", is_test AS "isTest", organization_id AS "organizationId",
    response_status AS "responseStatus"`;

export const REOPEN = `
  UPDATE chatbot_webhooks.delivery
  SET status = 'pending', schedule_step = 0, completed_at = NULL,
      next_attempt_at = now(), wake_at = now() + $3::integer * interval '1 ms'
  WHERE id = $1 AND chatbot_id = $2 AND status <> 'pending'
  RETURNING id AS "deliveryId", chatbot_id AS "chatbotId", attempt_count + 1 AS "attemptNumber"`;

/**
 * A claim leaves `wake_at` as it is, which is indexed, and sets the lease's end, which is not: so the update is
 * one of the heap alone. What is passed over here for its lease are no more rows than attempts are in flight.
 */
const DUE = `status = 'pending' AND wake_at <= now() AND (lease_ends_at IS NULL OR lease_ends_at <= now())`;

/**
 * The recursive part hops from chatbot to chatbot along delivery_wake_idx instead of reading every due row:
 * first those after $2, then, wrapping around, the others. Each gets an equal share of the page.
 */
export const SWEEP = `
  WITH RECURSIVE hop AS (
    (SELECT chatbot_id, 1 AS position, false AS is_wrapped FROM chatbot_webhooks.delivery
     WHERE ${DUE} AND chatbot_id > $2::uuid
     ORDER BY chatbot_id LIMIT 1)
    UNION ALL
    SELECT following.chatbot_id, hop.position + 1, false
    FROM hop CROSS JOIN LATERAL (
      SELECT chatbot_id FROM chatbot_webhooks.delivery
      WHERE ${DUE} AND chatbot_id > hop.chatbot_id
      ORDER BY chatbot_id LIMIT 1) AS following
    WHERE hop.position < $1::integer
  ), wrapped AS (
    (SELECT chatbot_id, 1 AS position FROM chatbot_webhooks.delivery
     WHERE ${DUE} AND chatbot_id <= $2::uuid
     ORDER BY chatbot_id LIMIT 1)
    UNION ALL
    SELECT following.chatbot_id, wrapped.position + 1
    FROM wrapped CROSS JOIN LATERAL (
      SELECT chatbot_id FROM chatbot_webhooks.delivery
      WHERE ${DUE}
        AND chatbot_id > wrapped.chatbot_id AND chatbot_id <= $2::uuid
      ORDER BY chatbot_id LIMIT 1) AS following
    WHERE wrapped.position < $1::integer
  ), chatbot AS MATERIALIZED (
    SELECT chatbot_id FROM (
      SELECT chatbot_id, 0 AS lap, position FROM hop
      UNION ALL
      SELECT chatbot_id, 1, position FROM wrapped) AS lap
    WHERE chatbot_id <> ALL ($3::uuid[])
    ORDER BY lap, position
    LIMIT $1
  ), due AS MATERIALIZED (
    SELECT row.id, row.lease_started_at, row.lease_url
    FROM chatbot CROSS JOIN LATERAL (
      SELECT id, lease_started_at, lease_url FROM chatbot_webhooks.delivery
      WHERE delivery.chatbot_id = chatbot.chatbot_id AND ${DUE}
      ORDER BY wake_at
      LIMIT (SELECT ceil($1::numeric / count(*)) FROM chatbot)
      FOR UPDATE SKIP LOCKED) AS row
    LIMIT $1
  ), swept AS (
    UPDATE chatbot_webhooks.delivery
    SET wake_at = now() + $4::integer * interval '1 ms',
        next_attempt_at = coalesce(next_attempt_at, now()),
        lease_started_at = NULL,
        lease_ends_at = NULL,
        lease_url = NULL,
        error_code = CASE WHEN due.lease_started_at IS NULL THEN error_code ELSE 'interrupted' END,
        error_message = CASE WHEN due.lease_started_at IS NULL THEN error_message ELSE $5 END,
        response_status = CASE WHEN due.lease_started_at IS NULL THEN response_status END
    FROM due
    WHERE delivery.id = due.id
    RETURNING delivery.id, delivery.chatbot_id, delivery.attempt_count,
      due.lease_started_at AS started_at, due.lease_url AS url
  ), interrupted AS (
    INSERT INTO chatbot_webhooks.delivery_attempt
      (delivery_id, number, started_at, duration_ms, url, is_response_body_truncated, error_code, error_message)
    SELECT id, attempt_count, started_at,
           least(extract(epoch FROM now() - started_at) * 1000, 2147483647)::integer,
           url, false, 'interrupted', $5
    FROM swept WHERE started_at IS NOT NULL
  )
  SELECT id AS "deliveryId", chatbot_id AS "chatbotId", attempt_count + 1 AS "attemptNumber" FROM swept`;

export const HAND_BACK = `
  UPDATE chatbot_webhooks.delivery SET wake_at = now(), lease_ends_at = now()
  FROM json_to_recordset($1::json) AS input("deliveryId" uuid, "attemptNumber" integer)
  WHERE delivery.id = input."deliveryId" AND delivery.attempt_count = input."attemptNumber"
    AND delivery.wake_at IS NOT NULL AND delivery.lease_started_at IS NOT NULL`;

export const END_LEASES = `
  UPDATE chatbot_webhooks.delivery SET wake_at = now(), lease_ends_at = now()
  WHERE status = 'pending' AND lease_started_at IS NOT NULL`;

/** Ids are ordered by time, so the primary key finds the old ones. */
export const DELETE_OLD = `
  WITH old AS (
    SELECT id FROM chatbot_webhooks.delivery
    WHERE id < $1::uuid AND status <> 'pending'
    ORDER BY id
    LIMIT $2
    FOR UPDATE SKIP LOCKED
  ), attempts AS (
    DELETE FROM chatbot_webhooks.delivery_attempt USING old WHERE delivery_id = old.id
  ), deleted AS (
    DELETE FROM chatbot_webhooks.delivery USING old WHERE delivery.id = old.id RETURNING delivery.id
  )
  SELECT count(*) FROM deleted`;
