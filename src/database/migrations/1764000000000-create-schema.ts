import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Everything in a schema of its own: a host keeps its tables, and its names, to itself. */
export class CreateSchema1764000000000 implements MigrationInterface {
  name = 'CreateSchema1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE SCHEMA IF NOT EXISTS chatbot_webhooks`);

    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.organization (
        id uuid CONSTRAINT organization_pkey PRIMARY KEY,
        name text NOT NULL,
        plan text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL
      )`);

    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.api_key (
        id uuid CONSTRAINT api_key_pkey PRIMARY KEY,
        organization_id uuid NOT NULL
          CONSTRAINT api_key_organization_fkey REFERENCES chatbot_webhooks.organization (id) ON DELETE CASCADE,
        name text NOT NULL,
        hint text NOT NULL,
        key_hash bytea NOT NULL CONSTRAINT api_key_hash_key UNIQUE,
        scopes text[] NOT NULL,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        revoked_at timestamptz(3)
      )`);
    await queryRunner.query(
      `CREATE INDEX api_key_organization_idx ON chatbot_webhooks.api_key (organization_id, created_at, id)`,
    );

    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.audit_entry (
        id uuid CONSTRAINT audit_entry_pkey PRIMARY KEY,
        organization_id uuid,
        occurred_at timestamptz(3) NOT NULL,
        action text NOT NULL,
        actor text NOT NULL,
        subject_type text NOT NULL,
        subject_id text NOT NULL,
        remote_address text,
        detail jsonb NOT NULL DEFAULT '{}'
      )`);
    await queryRunner.query(
      `CREATE INDEX audit_entry_organization_idx ON chatbot_webhooks.audit_entry (organization_id, id)`,
    );

    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.chatbot (
        id uuid CONSTRAINT chatbot_pkey PRIMARY KEY,
        organization_id uuid NOT NULL
          CONSTRAINT chatbot_organization_fkey REFERENCES chatbot_webhooks.organization (id) ON DELETE CASCADE,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        deleted_at timestamptz(3)
      )`);
    await queryRunner.query(
      `CREATE INDEX chatbot_organization_idx ON chatbot_webhooks.chatbot (organization_id, id)`,
    );

    // No foreign key to chatbot: a host may keep its chatbots elsewhere.
    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.webhook_settings (
        chatbot_id uuid CONSTRAINT webhook_settings_pkey PRIMARY KEY,
        organization_id uuid NOT NULL,
        version integer NOT NULL,
        is_enabled boolean NOT NULL,
        url text,
        event_types text[] NOT NULL,
        secret_ciphertext text,
        secret_hint text,
        previous_secret_ciphertext text,
        previous_secret_expires_at timestamptz(3),
        updated_at timestamptz(3) NOT NULL
      )`);

    // Room on each page for claims, which change no indexed column: a row that stays on its page need not be told
    // to the indexes. Half a page was measured too: a backlog then drained a fifth slower.
    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.delivery (
        id uuid CONSTRAINT delivery_pkey PRIMARY KEY,
        organization_id uuid NOT NULL,
        chatbot_id uuid NOT NULL,
        event_id text NOT NULL,
        event_type text NOT NULL,
        is_test boolean NOT NULL,
        request_body bytea NOT NULL,
        status text NOT NULL CONSTRAINT delivery_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
        created_at timestamptz(3) NOT NULL,
        attempt_count integer NOT NULL DEFAULT 0,
        schedule_step integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz(3),
        wake_at timestamptz(3),
        lease_started_at timestamptz(3),
        lease_ends_at timestamptz(3),
        lease_url text,
        completed_at timestamptz(3),
        response_status integer,
        error_code text,
        error_message text,
        duration_ms integer,
        CONSTRAINT delivery_pending_wakes_check CHECK ((status = 'pending') = (wake_at IS NOT NULL))
      ) WITH (fillfactor = 80)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX delivery_event_key ON chatbot_webhooks.delivery (chatbot_id, event_id)`,
    );
    await queryRunner.query(
      `CREATE INDEX delivery_recent_idx ON chatbot_webhooks.delivery (chatbot_id, created_at, id)`,
    );
    await queryRunner.query(
      `CREATE INDEX delivery_failed_idx ON chatbot_webhooks.delivery (chatbot_id, created_at, id) WHERE status = 'failed'`,
    );
    await queryRunner.query(
      `CREATE INDEX delivery_wake_idx ON chatbot_webhooks.delivery (chatbot_id, wake_at) WHERE status = 'pending'`,
    );

    // No foreign key to delivery: checking it costs more than the insert, and only one room writes both.
    await queryRunner.query(`
      CREATE TABLE chatbot_webhooks.delivery_attempt (
        delivery_id uuid NOT NULL,
        number integer NOT NULL,
        started_at timestamptz(3) NOT NULL,
        duration_ms integer NOT NULL,
        url text NOT NULL,
        response_status integer,
        response_headers jsonb,
        response_body bytea,
        is_response_body_truncated boolean NOT NULL,
        error_code text,
        error_message text,
        CONSTRAINT delivery_attempt_pkey PRIMARY KEY (delivery_id, number)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of [
      'delivery_attempt',
      'delivery',
      'webhook_settings',
      'chatbot',
      'audit_entry',
      'api_key',
      'organization',
    ]) {
      await queryRunner.query(`DROP TABLE chatbot_webhooks.${table}`);
    }
  }
}
