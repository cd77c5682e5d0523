// What the audit log says of the checkpoints of the log and of the keys that sign them.
import type { CheckpointEvents, CheckpointKeyEvents } from '../integrity/checkpoints/checkpoint.events';
import type { Described } from '../audit-entry.vocabulary';
import { bookkeeping, made, security, type NoRow } from '../audit-wording.vocabulary';

export type IntegrityEvents = CheckpointEvents & CheckpointKeyEvents;

type Rows = {
  readonly [K in keyof IntegrityEvents]: ((data: IntegrityEvents[K]) => Described) | NoRow;
};

export const integrityRows: Rows = {
  'checkpoint.signed.v1': bookkeeping('signs what stands in the log, and changes nothing'),
  'checkpointkey.added.v1': ({ keyId, verifier, replaces, endorsement }) =>
    security(
      'LOG',
      'CREATE',
      replaces === null ? 'Began to sign the log' : 'Began to sign the log with another key',
      { type: 'checkpoint-keys', id: keyId },
      made({ verifier, replaces, endorsed: endorsement !== null }),
    ),
};
