/**
 * Both signature schemes as libraries implement them that this project did not write: what a test signs or
 * verifies with these, a receiver out there would agree with.
 */
export { Webhook as StandardWebhook } from 'standardwebhooks';

// By its path: the package names no entry for require(), which is what Jest resolves by.
const octokit = jest.requireActual<typeof import('@octokit/webhooks-methods')>(
  '../../node_modules/@octokit/webhooks-methods/dist-node/index.js',
);

/** → `sha256=…` over the text's UTF-8 bytes, as in `X-Hyperleap-Signature`. */
export const signSha256: (secret: string, body: string) => Promise<string> = octokit.sign;

/** Whether the header's value fits the text. */
export const verifySha256: (secret: string, body: string, signature: string) => Promise<boolean> =
  octokit.verify;
