// Histories of contacts, as benches write them into a log.
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { event as unsigned } from '../../support/read-side';

/** Events in one append; `IN_FLIGHT` appends run at a time. */
const APPEND = 1;
const IN_FLIGHT = 256;

const USER = '1000000001';
const event = (type: string, data: object) => {
  const made = unsigned(type, data);
  return { ...made, meta: { ...made.meta, actor: { type: 'user' as const, id: USER, userId: USER } } };
};

/** Events of one contact: it is created, then changed three times. */
export const OF_EACH = 4;

function contact(i: number) {
  const recordId = String(2_000_000_000_000_000 + i);
  const before = { updatedAt: '2026-01-01T00:00:00.000Z', archived: false, revision: 0, updatedBy: USER };
  const value = (to: string, from: string | null = null) => ({ from, to });
  const created = event('record.created.v1', {
    objectType: 'contacts',
    recordId,
    changes: {
      firstname: value(`Anna ${i}`),
      lastname: value('Lindberg'),
      email: value(`anna.${i}@example.com`),
      phone: value(`+46 70 000 ${i}`),
      city: value('Göteborg'),
      lifecyclestage: value('lead'),
      createdate: value('2026-01-01T00:00:00.000Z'),
      hs_lastmodifieddate: value('2026-01-01T00:00:00.000Z'),
    },
    before: null,
  });
  const changed = [1, 2, 3].map((n) =>
    event('record.values-changed.v1', {
      objectType: 'contacts',
      recordId,
      changes: {
        phone: value(`+46 70 ${n} ${i}`, `+46 70 ${n - 1} ${i}`),
        hs_lastmodifieddate: value(`2026-01-0${n + 1}T00:00:00.000Z`, `2026-01-0${n}T00:00:00.000Z`),
      },
      before: { ...before, revision: n - 1 },
    }),
  );
  return { stream: `contact-${recordId}`, events: [created, ...changed] };
}

/** Appends the histories of `count` contacts, many at a time. */
export async function fill(log: EventStore, from: number, count: number): Promise<void> {
  let next = from;
  const one = async () => {
    while (next < from + count) {
      const { stream, events } = contact(next++);
      for (let i = 0; i < events.length; i += APPEND)
        await log.append(stream, events.slice(i, i + APPEND), i - 1);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}
