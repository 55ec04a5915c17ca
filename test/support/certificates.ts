import 'reflect-metadata';
import { webcrypto as crypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate chain of one leaf and its PKCS #8 private key, both PEM. */
export interface IssuedCertificate {
  certPem: string;
  keyPem: string;
}

export interface CertificateAuthority {
  /** The root, PEM: what a sender has to trust (`NODE_EXTRA_CA_CERTS`, `ca`). */
  caPem: string;
  /** A leaf for these hosts: names, `*.wildcards`, or IP literals (IPv6 without brackets). */
  issue(hosts: string[]): Promise<IssuedCertificate>;
}

const ONE_DAY_MS = 24 * 60 * 60 * 1000;
const EC_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A throw-away certificate authority, made in memory: valid from yesterday for 30 days. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const caKeys = await crypto.subtle.generateKey(EC_P256, true, ['sign', 'verify']);
  const validity = {
    notBefore: new Date(Date.now() - ONE_DAY_MS),
    notAfter: new Date(Date.now() + 30 * ONE_DAY_MS),
  };
  const ca = await X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: 'CN=chatbot-webhooks test authority',
      serialNumber: newSerialNumber(),
      signingAlgorithm: EC_P256,
      keys: caKeys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );

  const issue = async (hosts: string[]): Promise<IssuedCertificate> => {
    const keys = await crypto.subtle.generateKey(EC_P256, true, ['sign', 'verify']);
    const leaf = await X509CertificateGenerator.create(
      {
        ...validity,
        subject: 'CN=chatbot-webhooks test receiver',
        issuer: ca.subject,
        serialNumber: newSerialNumber(),
        signingAlgorithm: EC_P256,
        publicKey: keys.publicKey,
        signingKey: caKeys.privateKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(
            hosts.map((host) => ({
              type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const),
              value: host,
            })),
          ),
          await AuthorityKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
        ],
      },
      crypto,
    );
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
    return { certPem: `${leaf.toString('pem')}\n`, keyPem: toPem(pkcs8) };
  };

  return { caPem: `${ca.toString('pem')}\n`, issue };
}

function toPem(pkcs8: Buffer): string {
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** 16 random bytes, positive as X.509 wants: the first bit is cleared. */
function newSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
