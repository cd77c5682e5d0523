// Decisions on the keys that sign checkpoints: which one signs now, and which one follows it.
import type { Decider } from '../../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../../eventsourcing/event';
import type { CheckpointKeyEvents } from './checkpoint.events';
import { statement } from './notes';

export const checkpointStream = (logId: string): string => `checkpoint-${logId}`;
export const checkpointKeyStream = (logId: string): string => `checkpointkey-${logId}`;

export interface KnownKey {
  readonly keyId: string;
  readonly verifier: string;
  readonly endorsement: string | null;
  /** ISO time from which it signs. */
  readonly from: string;
  /** Until the next key followed it. */
  readonly until?: string;
}

/** All keys that signed, oldest first: the last one signs now. */
export type CheckpointKeys = readonly KnownKey[];

export const checkpointKeys: Decider<CheckpointKeys, CheckpointKeyEvents> = {
  initial: [],
  evolve: {
    'checkpointkey.added.v1': (keys, { keyId, verifier, endorsement }, { meta }) => [
      ...keys.map((key) => ({ until: meta.at, ...key })),
      { keyId, verifier, endorsement, from: meta.at },
    ],
  },
};

const ev = eventsOf<CheckpointKeyEvents>();

/** `after` is the key that the new one was meant to follow: where another has followed it meanwhile, none is added. */
export function addKey(
  keys: CheckpointKeys,
  added: Pick<KnownKey, 'keyId' | 'verifier' | 'endorsement'>,
  after: KnownKey | undefined,
): readonly EventOf<CheckpointKeyEvents>[] {
  const now = keys.at(-1);
  if (now?.keyId !== after?.keyId || keys.some(({ verifier }) => verifier === added.verifier)) return [];
  return [ev('checkpointkey.added.v1', { ...added, replaces: now?.keyId ?? null })];
}

/** What both keys sign when one follows the other. */
export const followText = (origin: string, before: string, next: string): string =>
  statement(origin, 'keys', before, next);
