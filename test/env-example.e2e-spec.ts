import { getMetadataStorage } from 'class-validator';
import { readFileSync } from 'node:fs';
import { Environment, readEnvironment } from '../src/config/index.js';

/** A guard rather than a setting: unset is the only value it takes. */
const GUARDS = ['NODE_TLS_REJECT_UNAUTHORIZED'];

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const assigned = new Map(
    lines
      .map((line) => /^# ([A-Z_]+)=(\S*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, name, value]) => [name as string, value as string]),
  );
  const known = new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(Environment, '', false, false)
      .map(({ propertyName }) => propertyName)
      .filter((name) => !GUARDS.includes(name)),
  );

  it('names every variable that the server reads, and no other', () => {
    expect([...assigned.keys()].sort()).toEqual([...known].sort());
  });

  it('gives each its default: uncommented as it stands, it changes nothing', () => {
    expect(readEnvironment(Object.fromEntries(assigned))).toEqual(readEnvironment({}));
  });

  it.each([...assigned].filter(([, value]) => value !== ''))(
    'states a value for %s that is the default',
    (name, value) => {
      // A wrong default would slip through above if the variable were ignored.
      const { [name as keyof Environment]: fromFile } = readEnvironment({ [name]: value });
      const { [name as keyof Environment]: byDefault } = readEnvironment({});
      expect(fromFile).toEqual(byDefault);
      expect(fromFile).toBeDefined();
    },
  );

  it('leaves a variable empty only where the server has no default for it', () => {
    const withoutValue = [...assigned].filter(([, value]) => value === '').map(([name]) => name);
    const defaults = readEnvironment({}) as unknown as Record<string, unknown>;
    for (const name of withoutValue) {
      const byDefault = defaults[name];
      expect([name, Array.isArray(byDefault) ? byDefault.length : byDefault]).toEqual([
        name,
        Array.isArray(byDefault) ? 0 : undefined,
      ]);
    }
  });
});
