import { AesGcmSecretCipher, SecretKeyring } from '../../src/signing/index.js';
import { secretCipherContract } from './secret-cipher.contract.js';

secretCipherContract(
  'AES-256-GCM',
  () => new AesGcmSecretCipher(new SecretKeyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])),
);
