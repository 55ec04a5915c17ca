import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBotsAndLeads1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE bot (
        id uuid CONSTRAINT bot_pkey PRIMARY KEY,
        title text NOT NULL,
        workspace_id uuid NOT NULL
      )`);
    await queryRunner.query(`
      CREATE TABLE lead (
        id uuid CONSTRAINT lead_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
        bot_id uuid NOT NULL CONSTRAINT lead_bot_id_fkey REFERENCES bot (id),
        name text,
        email text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE lead');
    await queryRunner.query('DROP TABLE bot');
  }
}
