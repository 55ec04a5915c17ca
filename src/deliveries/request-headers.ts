import { Injectable } from '@nestjs/common';
import { Environment, PRODUCT } from '../config/index.js';

export interface RequestFacts {
  readonly deliveryId: string;
  readonly eventType: string;
  readonly isTest: boolean;
  /** 1-based. */
  readonly attemptNumber: number;
}

/** Product and version, as receivers see it in their logs. */
const USER_AGENT = `${PRODUCT.name}/${PRODUCT.version}`;

/** The headers of a request, but for the signatures: what is sent, and what the log shows afterwards. */
@Injectable()
export class RequestHeaders {
  constructor(private readonly environment: Environment) {}

  of({ deliveryId, eventType, isTest, attemptNumber }: RequestFacts): Record<string, string> {
    const prefix = this.environment.WEBHOOK_HEADER_PREFIX;
    return {
      'Content-Type': 'application/json',
      'User-Agent': USER_AGENT,
      [`${prefix}-Event`]: eventType,
      [`${prefix}-Delivery-Id`]: deliveryId,
      [`${prefix}-Attempt`]: String(attemptNumber),
      ...(isTest ? { [`${prefix}-Test`]: 'true' } : {}),
    };
  }
}
