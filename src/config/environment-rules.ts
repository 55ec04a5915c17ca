import { buildMessage, ValidateBy } from 'class-validator';
import { parseNetwork } from '../common/index.js';

/** `id:base64(32 bytes)[,…]` → keys in order; null when any part is malformed. */
export function parseSecretKeys(text: string): { id: string; key: Buffer }[] | null {
  const keys: { id: string; key: Buffer }[] = [];
  for (const part of text.split(',')) {
    const match = /^([A-Za-z0-9_-]{1,40}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim());
    if (!match) return null;
    keys.push({ id: match[1] as string, key: Buffer.from(match[2] as string, 'base64') });
  }
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : null;
}

/** Whether `text` is the first address of a network, of either family, and its prefix. */
function isNetwork(text: string): boolean {
  if (!text.includes('/')) return false;
  try {
    parseNetwork(text);
    return true;
  } catch {
    return false;
  }
}

export const IsSecretKeys = () =>
  ValidateBy({
    name: 'isSecretKeys',
    validator: {
      validate: (value) => typeof value === 'string' && parseSecretKeys(value) !== null,
      defaultMessage: buildMessage(() => 'id:base64(32 bytes)[,…] with distinct ids'),
    },
  });

/** How many proxies stand before us, or which addresses are theirs. */
export const IsTrustedProxies = () =>
  ValidateBy({
    name: 'isTrustedProxies',
    validator: {
      validate: (value) =>
        Array.isArray(value)
          ? value.every((item) => typeof item === 'string' && isNetwork(item))
          : Number.isInteger(value) && value >= 0 && value <= MAX_PROXIES,
      defaultMessage: buildMessage(
        () => `how many proxies stand in front (0-${MAX_PROXIES}), or their addresses as CIDRs`,
      ),
    },
  });

const MAX_PROXIES = 10;

export const IsNetworks = () =>
  ValidateBy({
    name: 'isNetworks',
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.every((item) => typeof item === 'string' && isNetwork(item)),
      defaultMessage: buildMessage(
        () =>
          'CIDRs such as 10.0.0.0/8,fd00::/8, separated by commas, each with the first address of its network',
      ),
    },
  });
