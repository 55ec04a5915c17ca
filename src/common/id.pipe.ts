import type { PipeTransform } from '@nestjs/common';
import { buildMessage, ValidateBy } from 'class-validator';
import { NotFoundError } from './domain-error.js';
import { isUuid } from './ids.js';

/** For ids in paths: what is no UUID names nothing, hence 404. Gives the id in PostgreSQL's lower case. */
export class IdPipe implements PipeTransform<unknown, string> {
  /** @param what the thing that the id should name, such as `Chatbot`. */
  constructor(private readonly what: string) {}

  transform(value: unknown): string {
    if (!isUuid(value)) throw new NotFoundError(this.what);
    return value.toLowerCase();
  }
}

/** For ids in bodies and queries, in any layout of RFC 9562: `@IsUUID()` knows some versions only. */
export const IsId = (): PropertyDecorator =>
  ValidateBy({
    name: 'isId',
    validator: { validate: isUuid, defaultMessage: buildMessage(() => 'must be a UUID') },
  });
