// Anybody may ask whether the process is ready, as often as they like: what that costs the stores is bounded.
import type { FastifyReply } from 'fastify';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { HealthController } from '../../../src/http/health.controller';
import type { DocumentStore } from '../../../src/read/document-store';
import type { Projector } from '../../../src/read/projector';
import type { Readiness } from '../../../src/read/readiness';
import type { Faults } from '../../../src/supervision/faults';
import { HealthNotes } from '../../../src/supervision/health-notes';
import type { Vault } from '../../../src/vault/vault';

const none = async () => [];

test('however many ask at once whether it is ready, the stores are asked once, and again by who comes later', async () => {
  let asked = 0;
  let answer = () => {};
  const head = () => {
    asked++;
    return new Promise<bigint>((resolve) => (answer = () => resolve(0n)));
  };
  const health = new HealthController(
    { head } as unknown as EventStore,
    { getState: async () => undefined } as unknown as DocumentStore,
    { get: async () => undefined } as unknown as Vault,
    { status: none } as unknown as Projector,
    { catchingUp: none, stopped: none } as unknown as Readiness,
    { serving: true, list: () => [] } as unknown as Faults,
    new HealthNotes(),
  );
  const statuses: number[] = [];
  const reply = { status: (status: number) => void statuses.push(status) } as unknown as FastifyReply;
  for (const round of [1, 2]) {
    const all = Array.from({ length: 100 }, () => health.ready(reply));
    expect(asked).toBe(round);
    answer();
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set(['ready']));
  }
  expect(statuses).toEqual(Array.from({ length: 200 }, () => 200));
});
