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

/** A throw-away certificate authority, made in memory: valid from yesterday for 30 days. */
export function createCertificateAuthority(): Promise<CertificateAuthority>;
