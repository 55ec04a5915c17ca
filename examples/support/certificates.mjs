import 'reflect-metadata';
import { webcrypto as crypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ONE_DAY_MS = 24 * 60 * 60 * 1000;
const EC_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * A throw-away certificate authority, made in memory: valid from yesterday for 30 days.
 *
 * @returns {Promise<import('./certificates.d.mts').CertificateAuthority>}
 */
export async function createCertificateAuthority() {
  const caKeys = await crypto.subtle.generateKey(EC_P256, true, ['sign', 'verify']);
  const validity = {
    notBefore: new Date(Date.now() - ONE_DAY_MS),
    notAfter: new Date(Date.now() + 30 * ONE_DAY_MS),
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity,
      name: 'CN=chatbot-webhooks test authority',
      serialNumber: newSerialNumber(),
      signingAlgorithm: EC_P256,
      keys: caKeys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );

  /** @param {string[]} hosts */
  const issue = async (hosts) => {
    const keys = await crypto.subtle.generateKey(EC_P256, true, ['sign', 'verify']);
    const leaf = await x509.X509CertificateGenerator.create(
      {
        ...validity,
        subject: 'CN=chatbot-webhooks test receiver',
        issuer: ca.subject,
        serialNumber: newSerialNumber(),
        signingAlgorithm: EC_P256,
        publicKey: keys.publicKey,
        signingKey: caKeys.privateKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
        ],
      },
      crypto,
    );
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
    return { certPem: `${leaf.toString('pem')}\n`, keyPem: toPem(pkcs8) };
  };

  return { caPem: `${ca.toString('pem')}\n`, issue };
}

/** @param {Buffer} pkcs8 */
function toPem(pkcs8) {
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** 16 random bytes, positive as X.509 wants: the first bit is cleared. */
function newSerialNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
