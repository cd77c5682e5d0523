// What the fuzz suite has found, each once wrong: kept as it was sent.
import type { Sent } from './exchange';

export const found: readonly { readonly what: string; readonly sent: Sent }[] = [
  {
    what: 'a refused request that left its Idempotency-Key in the log',
    sent: {
      method: 'PATCH',
      target: '/crm/v3/pipelines/0-1/default',
      headers: [
        ['host', 'fuzz'],
        ['connection', 'close'],
        ['authorization', 'Bearer <admin>'],
        ['idempotency-key', 'e3b98b35-ffff-8fff-8599-75ae0000001f'],
        ['content-type', 'application/json'],
        ['content-length', '31'],
      ],
      body: '{"label":"5","displayOrder":-6}',
    },
  },
  {
    what: 'a wrong code under an Idempotency-Key, traced, and the key accepted for it',
    sent: {
      method: 'POST',
      target: '/auth/v1/2fa/activate',
      headers: [
        ['host', 'fuzz'],
        ['connection', 'close'],
        ['authorization', 'Bearer <admin>'],
        ['idempotency-key', 'dae50682-bc46-2532-a667-22c8695dcab2'],
        ['content-type', 'application/json'],
        ['content-length', '17'],
      ],
      body: '{"totp":"063939"}',
    },
  },
];
