import { Injectable } from '@nestjs/common';
import type { EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

interface Waiting {
  readonly action: () => void;
  /** Of the transaction that it belongs to: 1 is the outermost, each savepoint is one deeper. */
  depth: number;
}

/**
 * Runs what must wait for somebody else's transaction. Nothing runs when that rolls back, or the savepoint that
 * it belongs to. A savepoint's release is no commit: the actions wait for the outermost transaction.
 */
@Injectable()
export class AfterCommit implements EntitySubscriberInterface {
  private readonly waiting = new WeakMap<QueryRunner, Waiting[]>();

  /** At once without a transaction; else right after its commit. `action` must not throw. */
  run(manager: EntityManager | null, action: () => void): void {
    const queryRunner = manager?.queryRunner;
    if (!manager || !queryRunner?.isTransactionActive) return action();
    // The manager may come from a data source of the host's: listen where the commit will happen.
    const { subscribers } = manager.dataSource;
    if (!subscribers.includes(this)) subscribers.push(this);
    const waiting = this.waiting.get(queryRunner) ?? [];
    waiting.push({ action, depth: depthOf(queryRunner) });
    this.waiting.set(queryRunner, waiting);
  }

  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    const waiting = this.waiting.get(queryRunner) ?? [];
    const depth = depthOf(queryRunner);
    if (depth > 0) return waiting.forEach((one) => (one.depth = Math.min(one.depth, depth)));
    this.waiting.delete(queryRunner);
    waiting.forEach(({ action }) => action());
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    const depth = depthOf(queryRunner);
    const waiting = this.waiting.get(queryRunner) ?? [];
    this.waiting.set(
      queryRunner,
      waiting.filter((one) => one.depth <= depth),
    );
  }
}

/** 0: no transaction is open. TypeORM knows and does not tell. */
function depthOf(queryRunner: QueryRunner): number {
  return (queryRunner as unknown as { transactionDepth: number }).transactionDepth;
}
