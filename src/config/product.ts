import { createRequire } from 'node:module';

const manifest = createRequire(__filename)('../../package.json') as { version: string };

/** Name and version, as receivers and API clients see them. */
export const PRODUCT = { name: 'ChatbotWebhooks', version: manifest.version } as const;
