import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, type Repository } from 'typeorm';
import { answeredInTime, Batcher, Clock } from '../common/index.js';
import { ApiKey } from './api-key.entity.js';

/** Half of the second within which a revoked key has to be dead in every process. */
const TRUSTED_MS = 500;
const MAX_REMEMBERED = 10_000;

interface Answer {
  readonly askedAtMs: number;
  readonly key: Promise<ApiKey | null>;
}

/** Finds API keys by their hash, asking the database at most twice a second for each. */
@Injectable()
export class ApiKeyLookup {
  private readonly answers = new Map<string, Answer>();
  private readonly batcher = new Batcher<Buffer, ApiKey | null>((hashes) => this.read(hashes), {
    maxItems: 200,
    maxParallel: 2,
  });

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly clock: Clock,
  ) {}

  /** The key with this hash unless it is revoked; whether it has expired is for the caller to judge. */
  find(hash: Buffer): Promise<ApiKey | null> {
    const name = hash.toString('base64');
    const nowMs = this.clock.monotonicMs();
    const known = this.answers.get(name);
    if (known !== undefined && nowMs - known.askedAtMs <= TRUSTED_MS) return known.key;
    const answer: Answer = { askedAtMs: nowMs, key: answeredInTime(this.batcher.add(hash)) };
    // Deleted first, so that the map stays ordered by age.
    this.answers.delete(name);
    this.answers.set(name, answer);
    if (this.answers.size > MAX_REMEMBERED) this.answers.delete(this.answers.keys().next().value as string);
    answer.key.catch(() => {
      if (this.answers.get(name) === answer) this.answers.delete(name);
    });
    return answer.key;
  }

  /** Call after the revocation is committed: the key is dead in this process at once. */
  forget(hash: Buffer): void {
    this.answers.delete(hash.toString('base64'));
  }

  private async read(hashes: readonly Buffer[]): Promise<(ApiKey | null)[]> {
    const found = await this.keys.find({ where: { keyHash: In([...hashes]), revokedAt: IsNull() } });
    const byHash = new Map(found.map((key) => [key.keyHash.toString('base64'), key]));
    return hashes.map((hash) => byHash.get(hash.toString('base64')) ?? null);
  }
}
