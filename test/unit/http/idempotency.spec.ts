// One Idempotency-Key is one command for a day.
import { eventsOf } from '../../../src/eventsourcing/event';
import { accept, idempotency, standsFor } from '../../../src/http/idempotency';
import type { IdempotencyEvents } from '../../../src/http/idempotency.events';
import { at, deciding, refusalOf } from '../../support/spec';

const first = { commandId: 'c1', requestHash: 'h1', recordIdBase: '10' };
const accepted = eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', first);
const after = (hours: number) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();
const given = deciding(idempotency);

test('a new key is accepted with the ids of its first request, for a day from then', () => {
  given()
    .when((s) => accept(s, { ...first, at }))
    .then(accepted);
  expect(given(accepted).state).toEqual({ ...first, at });
});
test('the same request within a day is the same command', () =>
  expect(standsFor(given(accepted).state, 'h1', after(23.9))?.commandId).toBe('c1'));
test('another request under the same key is refused', () =>
  expect(refusalOf(() => standsFor(given(accepted).state, 'h2', after(1)))).toBe('idempotency-key-reused'));
test('after a day the key is free again', () => {
  const next = { commandId: 'c2', requestHash: 'h2', recordIdBase: '20' };
  expect(standsFor(given(accepted).state, 'h2', after(24))).toBeUndefined();
  given(accepted)
    .when((s) => accept(s, { ...next, at: after(24) }))
    .then(eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', next));
});
test('a key is accepted once, and not where another process was faster', () => {
  given(accepted)
    .when((s) => accept(s, { ...first, at: after(1) }))
    .thenNothing();
  given(accepted)
    .when((s) => accept(s, { ...first, commandId: 'c2', at: after(1) }))
    .thenRefused('stream-contended');
});
