import { IsString } from 'class-validator';
import { ValidationError } from './domain-error.js';
import { requestValidation } from './request-validation.js';

class Greeting {
  @IsString()
  text: string;
}

const judge = (json: string) =>
  requestValidation().transform(JSON.parse(json), { type: 'body', metatype: Greeting });

describe("keys that are JavaScript's own machinery", () => {
  it.each([
    ['{"text": "a", "constructor": 1}', 'constructor'],
    ['{"text": "a", "__proto__": {"text": "b"}}', '__proto__'],
    ['{"text": "a", "more": {"constructor": 1}}', 'more'],
    ['{"text": "a", "more": {"constructor": null}}', 'more'],
    ['{"text": "a", "more": {"constructor": {"prototype": {}}}}', 'more'],
    ['{"text": "a", "more": [[{"__proto__": {"constructor": "Array"}}]]}', 'more'],
    ['{"text": {"constructor": "String"}}', 'text'],
    ['{"text": [{"constructor": true}]}', 'text'],
    ['[{"constructor": 1}]', 'body'],
    ['{"constructor": {"constructor": 1}}', 'constructor'],
  ])('make of %s a field that does not fit, named like any other', async (json, field) => {
    const error = await judge(json).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).errors.map((each) => each.field)).toContain(field);
  });

  it('stay in what a decorator takes from the request', async () => {
    const data = JSON.parse('{"a": {"__proto__": 1, "constructor": {"prototype": 2}}}') as object;
    const taken = await requestValidation().transform(data, { type: 'custom', metatype: Object });
    expect(JSON.stringify(taken)).toBe('{"a":{"__proto__":1,"constructor":{"prototype":2}}}');
  });

  it('are not looked for beyond 64 levels, where only the body of a host gets', async () => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    for (const json of [`{"text":${deep}}`, `{"a":{"constructor":1},"text":${deep}}`]) {
      const error = await judge(json).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ errors: [{ field: 'body', message: expect.stringContaining('64') }] });
    }
  });

  it('stay in the body itself, for routes that take a part of it as it was sent', async () => {
    const body = JSON.parse('{"text": "a", "data": {"constructor": 1, "__proto__": 2}}') as object;
    await requestValidation()
      .transform(body, { type: 'body', metatype: Greeting })
      .catch(() => undefined);
    expect(JSON.stringify(body)).toBe('{"text":"a","data":{"constructor":1,"__proto__":2}}');
  });
});
