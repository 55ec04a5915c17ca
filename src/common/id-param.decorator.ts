import { Param, type PipeTransform } from '@nestjs/common';
import { ValidationError } from './domain-error.js';
import { isUuid } from './ids.js';

/** A UUID in the path, in lower case. Anything else is a validation error that names the parameter. */
export function IdParam(name: string): ParameterDecorator {
  const pipe: PipeTransform<string, string> = {
    transform(value) {
      if (!isUuid(value)) throw new ValidationError([{ field: name, message: 'must be a UUID' }]);
      return value.toLowerCase();
    },
  };
  return Param(name, pipe);
}
