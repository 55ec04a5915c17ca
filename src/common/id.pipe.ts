import type { PipeTransform } from '@nestjs/common';
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
