import { Injectable } from '@nestjs/common';
import { countOrRefuse, RateLimiter } from '../access/index.js';
import { Environment } from '../config/index.js';

/** How often a chatbot's URL may be tested: nobody may turn us against a server that is not theirs. */
@Injectable()
export class TestLimit {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly environment: Environment,
  ) {}

  /** @throws DomainError `rate_limited` */
  async count(chatbotId: string): Promise<void> {
    const requests = this.environment.WEBHOOK_TEST_LIMIT;
    await countOrRefuse(this.limiter, {
      subject: `test:${chatbotId}`,
      requests,
      message: `This chatbot may send ${requests} test events a minute.`,
    });
  }
}
