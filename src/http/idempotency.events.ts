// Events of an Idempotency-Key, which makes a repeated request the same command. Stream: `idempotency-<HMAC of caller
// and key>`.
export type IdempotencyEvents = {
  /** `recordIdBase`: the first of the ids kept for what the command creates. */
  'idempotency.accepted.v1': { commandId: string; requestHash: string; recordIdBase: string };
};
