import { Injectable } from '@nestjs/common';
import type { EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/**
 * Runs what must wait for somebody else's transaction. Nothing runs when it rolls back. A savepoint's release
 * is no commit: the actions wait for the outermost transaction.
 */
@Injectable()
export class AfterCommit implements EntitySubscriberInterface {
  private readonly actions = new WeakMap<QueryRunner, (() => void)[]>();

  /** At once without a transaction; else right after its commit. `action` must not throw. */
  run(manager: EntityManager | null, action: () => void): void {
    const queryRunner = manager?.queryRunner;
    if (!manager || !queryRunner?.isTransactionActive) return action();
    // The manager may come from a data source of the host's: listen where the commit will happen.
    const { subscribers } = manager.dataSource;
    if (!subscribers.includes(this)) subscribers.push(this);
    const waiting = this.actions.get(queryRunner);
    if (waiting) waiting.push(action);
    else this.actions.set(queryRunner, [action]);
  }

  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (queryRunner.isTransactionActive) return;
    const waiting = this.actions.get(queryRunner) ?? [];
    this.actions.delete(queryRunner);
    waiting.forEach((action) => action());
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (!queryRunner.isTransactionActive) this.actions.delete(queryRunner);
  }
}
