// What one of two did is undone: what the other has gone on with stays, and where only one worked all is as before.
import fc from 'fast-check';
import type { RecordedOf } from '../../../src/eventsourcing/event';
import { recordHistory, type RecordAt } from '../../../src/point-in-time/record-at';
import { fold } from '../../../src/eventsourcing/decider';
import type { Changes, RecordEvents } from '../../../src/crm/records/record.events';
import {
  deedsAfter,
  deedsOvertaken,
  pairAfter,
  pairOvertaken,
  type RecordDeeds,
} from '../../../src/restores/undo/deeds';
import { judgeDeeds, judgePairDeeds } from '../../../src/restores/undo/judge-deeds';
import type { RecordRow } from '../../../src/restores/rows/plan-row';
import { meta } from '../../support/spec';

type Event = RecordedOf<RecordEvents>;
type Who = 'cause' | 'other';

const ref = { objectType: 'deals', recordId: '1' };
const PROPERTIES = ['amount', 'stage'];
const RESTORABLE = new Set(PROPERTIES);
const ALL = {
  recreateDeleted: true,
  archiveCreatedSince: true,
  restoreAssociations: true,
  keepNonEmpty: false,
};

const act = fc.record({
  who: fc.constantFrom<Who>('cause', 'other'),
  does: fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        property: fc.constantFrom(...PROPERTIES),
        to: fc.constantFrom(null, 'a', 'b', 'c'),
      }),
    },
    { weight: 2, arbitrary: fc.constantFrom('archive' as const, 'unarchive' as const) },
  ),
});

/** The events of one record that somebody created, and who did each. */
function played(creator: Who, acts: readonly (typeof act extends fc.Arbitrary<infer A> ? A : never)[]) {
  const events: { event: Event; who: Who }[] = [];
  let now: RecordAt | undefined;
  const add = (who: Who, type: keyof RecordEvents, more: object) => {
    const before = now ?? null;
    const place = {
      stream: 'deal-1',
      revision: events.length,
      position: BigInt(events.length),
      recordedAt: 0,
      id: '',
      meta,
    };
    const event = { ...place, type, data: { ...ref, ...more, before } } as unknown as Event;
    now = fold(recordHistory, now, [event]);
    events.push({ event, who });
  };
  add(creator, 'record.created.v1', { changes: { amount: { from: null, to: 'a' } } });
  for (const { who, does } of acts) {
    if (does === 'archive' && !now!.archived) add(who, 'record.archived.v1', {});
    else if (does === 'unarchive' && now!.archived) add(who, 'record.unarchived.v1', {});
    else if (typeof does === 'object' && !now!.archived) {
      const from = now!.values[does.property] ?? null;
      if (from !== does.to)
        add(who, 'record.values-changed.v1', { changes: { [does.property]: { from, to: does.to } } });
    }
  }
  return { events, now: now! };
}

function undone(events: readonly { event: Event; who: Who }[], now: RecordAt): RecordAt {
  let deeds: RecordDeeds | undefined;
  for (const { event, who } of events)
    if (who === 'cause') deeds = deedsAfter(deeds, event);
    else if (deeds) deeds = deedsOvertaken(deeds, event);
  const verdict = deeds && judgeDeeds(deeds, { now }, RESTORABLE, ALL);
  if (typeof verdict !== 'object') return now;
  return carriedOut(verdict, now);
}

function carriedOut({ kind, changes }: RecordRow, now: RecordAt): RecordAt {
  const values = { ...now.values };
  for (const [name, { from, to }] of Object.entries(changes)) {
    expect(values[name] ?? null).toBe(from);
    if (to === null) delete values[name];
    else values[name] = to;
  }
  return { ...now, values, archived: kind === 'archive' ? true : kind === 'recreate' ? false : now.archived };
}

test('where nobody else has worked with a record, all is as it was before', () =>
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), fc.array(act, { maxLength: 12 }), (before, since) => {
      const first = played(
        'other',
        before.map((one) => ({ ...one, who: 'other' as const })),
      );
      const all = played('other', [
        ...before.map((one) => ({ ...one, who: 'other' as const })),
        ...since.map((one) => ({ ...one, who: 'cause' as const })),
      ]);
      const { values, archived } = undone(all.events, all.now);
      expect(archived).toBe(first.now.archived);
      // What lies in the bin cannot be changed there: a record that the cause found there has the values it was left.
      if (!archived || !all.now.archived) expect(values).toEqual(first.now.values);
    }),
  ));

test('what a cause created goes into the bin, unless somebody else has worked with it', () =>
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const { events, now } = played('cause', acts);
      const { archived, values } = undone(events, now);
      expect(archived).toBe(now.archived || events.every(({ who }) => who === 'cause'));
      expect(values).toEqual(now.values);
    }),
  ));

test('a value goes back by the last unbroken run of the cause, and stays where somebody else came after', () =>
  fc.assert(
    fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
      const edits = acts.filter(({ does }) => typeof does === 'object');
      const { events, now } = played('other', edits);
      const { values } = undone(events, now);
      for (const property of PROPERTIES) {
        const moves = events.flatMap(({ event, who }) => {
          const change = (event.data as { changes: Changes }).changes[property];
          return change ? [{ who, ...change }] : [];
        });
        let expected = now.values[property] ?? null;
        for (const move of moves.reverse()) {
          if (move.who !== 'cause') break;
          expected = move.from;
        }
        expect([property, values[property] ?? null]).toEqual([property, expected]);
      }
    }),
  ));

test('merged records are left alone as a whole', () => {
  const { events, now } = played('other', [{ who: 'cause', does: { property: 'amount', to: 'b' } }]);
  const data = { ...ref, mergedId: '2', changes: {}, before: null };
  const merged = {
    ...events[0]!.event,
    type: 'record.merged.v1',
    data,
    revision: 2,
    stream: 'deal-1',
  } as unknown as Event;
  const deeds = deedsAfter(deedsAfter(undefined, events[1]!.event), merged);
  expect(judgeDeeds(deeds, { now }, RESTORABLE, ALL)).toMatchObject({
    changes: {},
    leftAlone: { because: 'MERGED' },
  });
});

test('what has ended is counted by how it ended', () => {
  const { events } = played('cause', []);
  const deeds = deedsAfter(undefined, events[0]!.event);
  expect(judgeDeeds(deeds, { now: undefined, ended: { how: 'erased', revision: 3 } }, RESTORABLE, ALL)).toBe(
    'erased',
  );
});

describe('links', () => {
  const link = (typeId: number) => ({ category: 'USER_DEFINED' as const, typeId, inverseTypeId: typeId });
  const to = { objectType: 'contacts', recordId: '2' };
  const moved = (from: number[], next: number[]) =>
    ({ data: { from: ref, to, links: { from: from.map(link), to: next.map(link) } } }) as never;
  const deeds = pairAfter(pairAfter(undefined, moved([1], [1, 2])), moved([1, 2], [2]));

  test('go back to what they were while they are what the cause left', () => {
    expect(judgePairDeeds(deeds, 5)).toEqual({
      ...{ ...ref, kind: 'associate', to, revision: 5, changes: {} },
      links: { from: [link(2)], to: [link(1)] },
    });
  });

  test('are left alone where somebody else has changed them since', () => {
    expect(judgePairDeeds(pairOvertaken(deeds), 6)).toBeUndefined();
  });
});
