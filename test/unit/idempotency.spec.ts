// One Idempotency-Key is one command for a day.
import { eventsOf } from '../../src/eventsourcing/event';
import { accept, idempotency } from '../../src/http/idempotency';
import type { IdempotencyEvents } from '../../src/http/idempotency.events';
import { at, deciding } from '../support/spec';

const first = { commandId: 'c1', requestHash: 'h1', recordIdBase: '10' };
const accepted = eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', first);
const after = (hours: number) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();
const given = deciding(idempotency);

test('a new key is accepted with the ids and the time of its first request', () => {
  given()
    .when((s) => accept(s, { ...first, at }))
    .then(accepted);
  expect(given(accepted).state).toEqual({ ...first, at });
});
test('the same request within a day is the same command', () =>
  given(accepted)
    .when((s) => accept(s, { ...first, commandId: 'c2', at: after(23.9) }))
    .thenNothing());
test('another request under the same key is refused', () =>
  given(accepted)
    .when((s) => accept(s, { ...first, requestHash: 'h2', at: after(1) }))
    .thenRefused('idempotency-key-reused'));
test('after a day the key is free again', () => {
  const next = { commandId: 'c2', requestHash: 'h2', recordIdBase: '20' };
  given(accepted)
    .when((s) => accept(s, { ...next, at: after(24) }))
    .then(eventsOf<IdempotencyEvents>()('idempotency.accepted.v1', next));
});
