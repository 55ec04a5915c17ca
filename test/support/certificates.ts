// One generator for tests, demo and benchmark; plain JavaScript, because the demo runs without a loader.
export {
  createCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from '../../examples/support/certificates.mjs';
