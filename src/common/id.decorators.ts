import { Param, type PipeTransform } from '@nestjs/common';
import { buildMessage, ValidateBy } from 'class-validator';
import { ValidationError } from './domain-error.js';
import { isUuid } from './ids.js';

/** For ids in paths: gives the UUID in PostgreSQL's lower case. Anything else is an error that names it. */
export function IdParam(name: string): ParameterDecorator {
  const pipe: PipeTransform<unknown, string> = {
    transform(value) {
      if (!isUuid(value)) throw new ValidationError([{ field: name, message: 'must be a UUID' }]);
      return value.toLowerCase();
    },
  };
  return Param(name, pipe);
}

/** For ids in bodies and queries, in any layout of RFC 9562: `@IsUUID()` knows some versions only. */
export const IsId = (): PropertyDecorator =>
  ValidateBy({
    name: 'isId',
    validator: { validate: isUuid, defaultMessage: buildMessage(() => 'must be a UUID') },
  });
