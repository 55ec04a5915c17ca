import { URL_CORPUS, type Refusal } from '../../test/fixtures/url-corpus.js';
import { PublicHttpsUrlPolicy } from './public-https.url-policy.js';

const MESSAGES: Record<Refusal, RegExp> = {
  notHttps: /must start with https:\/\//,
  tooLong: /at most 2048 characters long\.$/,
  tooLongEncoded: /at most 2048 characters long in its percent-encoded form/,
  underscore: /must not contain an underscore/,
  badCharacter: /white space, control characters or backslashes/,
  userInfo: /user name or password/,
  notAUrl: /not a valid URL/,
  notPublic: /must lead to a public host/,
  port: /between 1 and 65535/,
  dot: /must not end with a dot/,
};

const shorten = (url: string) => JSON.stringify(url.length > 90 ? `${url.slice(0, 90)}…` : url);

describe('PublicHttpsUrlPolicy', () => {
  const policy = new PublicHttpsUrlPolicy([]);

  it('is tried on at least 200 URLs', () => {
    expect(new Set(URL_CORPUS.map(({ url }) => url)).size).toBe(URL_CORPUS.length);
    expect(URL_CORPUS.length).toBeGreaterThanOrEqual(200);
  });

  describe.each(URL_CORPUS.map((entry) => ({ ...entry, title: shorten(entry.url) })))('$title', (entry) => {
    it('is judged at save', () => {
      const verdict = policy.judge(entry.url);
      if ('canonical' in entry.atSave) {
        expect(verdict).toEqual({ kind: 'accepted', url: entry.atSave.canonical });
        expect(policy.judge(entry.atSave.canonical)).toEqual(verdict);
      } else {
        expect(verdict).toEqual({
          kind: 'refused',
          message: expect.stringMatching(MESSAGES[entry.atSave.refused]),
        });
      }
    });

    if (entry.atConnect !== 'noHost') {
      it('is judged at connect', () => {
        const isAllowed = entry.addresses.every((address) => policy.allowsAddress(address));
        expect(isAllowed ? 'connects' : 'blocked').toBe(entry.atConnect);
      });
    }
  });

  it('says the same words for every blocked target', () => {
    const blocked = URL_CORPUS.filter(({ atSave }) => 'refused' in atSave && atSave.refused === 'notPublic');
    const messages = blocked
      .map(({ url }) => policy.judge(url))
      .map((verdict) => 'message' in verdict && verdict.message);
    expect(new Set(messages).size).toBe(1);
  });

  it('refuses what is no address, even one that ends in a public one', () => {
    for (const address of [
      '',
      'example.com',
      '8.8.8',
      '8.8.8.8.',
      ' 8.8.8.8',
      '[2606:4700::1]',
      '2606:4700::1%eth0',
    ]) {
      expect(policy.allowsAddress(address)).toBe(false);
    }
  });

  describe('with allowed networks', () => {
    const opened = new PublicHttpsUrlPolicy(['127.0.0.0/8', '10.1.0.0/16', 'fd12::/16']);

    it.each(['https://127.0.0.1:8443/', 'https://10.1.2.3/', 'https://[fd12::1]/'])('accepts %s', (url) => {
      expect(opened.judge(url)).toEqual({ kind: 'accepted', url });
    });

    it.each([
      'https://localhost/',
      'https://receiver.test/',
      'https://redis/',
      'https://10.2.0.1/',
      'https://[fd13::1]/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
    ])('still refuses %s', (url) => {
      expect(opened.judge(url)).toMatchObject({ kind: 'refused' });
    });

    it('opens names that resolve into them', () => {
      expect(opened.allowsAddress('127.0.0.1')).toBe(true);
      expect(opened.allowsAddress('10.2.0.1')).toBe(false);
    });
  });

  it('names a network that is not in CIDR notation', () => {
    expect(() => new PublicHttpsUrlPolicy(['10.0.0.0/8', '10.0.0.0/33'])).toThrow('"10.0.0.0/33"');
  });
});
