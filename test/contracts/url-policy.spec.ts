import { PublicHttpsUrlPolicy } from '../../src/index.js';
import { urlPolicyContract } from './url-policy.contract.js';

const accepted = [
  'https://hooks.example.com',
  'https://HOOKS.example.com:443/a/../b?c=d',
  'https://bücher.example/',
  'https://8.8.8.8/',
];
const refused = [
  'https://localhost/',
  'https://user:pass@hooks.example.com/',
  'https://intranet/',
  'https://10.0.0.1/',
];

urlPolicyContract('public HTTPS', () => new PublicHttpsUrlPolicy([]), {
  accepted,
  refused: [...refused, 'https://127.0.0.1/'],
  allowedAddresses: ['8.8.8.8', '2606:4700:4700::1111'],
  refusedAddresses: ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'],
});

urlPolicyContract('public HTTPS and an allowed network', () => new PublicHttpsUrlPolicy(['127.0.0.0/8']), {
  accepted: [...accepted, 'https://127.0.0.1:8443/crm'],
  refused,
  allowedAddresses: ['8.8.8.8', '127.0.0.1'],
  refusedAddresses: ['10.1.2.3', '169.254.169.254', '::1'],
});
