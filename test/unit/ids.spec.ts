// Ids of records and of events.
import fc from 'fast-check';
import { v5 } from 'uuid';
import { eventId } from '../../src/eventsourcing/event-ids';
import { RecordIds, SMALL_ID_LIMIT, idAt, importBlock, smallId } from '../../src/eventsourcing/ids';

const now = Date.UTC(2024, 4, 1);

describe('record ids', () => {
  test('are decimal numbers of 16 digits that a double holds exactly, until 2079', () => {
    for (const time of [now, Date.UTC(2079, 0, 1)]) {
      const id = new RecordIds().allocate(1, time);
      expect(id).toMatch(/^\d{16}$/);
      expect(Number.isSafeInteger(Number(id))).toBe(true);
    }
  });

  test('grow, also within a millisecond and when the clock steps back', () => {
    const ids = new RecordIds();
    const given = [now, now, now - 5_000, now + 1].map((time) => Number(ids.allocate(1, time)));
    expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
  });

  test('of two processes seldom meet within a millisecond', () => {
    const [one, other] = [0.1, 0.7].map((random) => new RecordIds(() => random).allocate(1, now));
    expect(one).not.toBe(other);
  });

  test('of few things are numbers of 32 bits, with a sign', () => {
    const ids = Array.from({ length: 100 }, smallId).map(Number);
    expect(ids.every((id) => id >= 1_000_000_000 && id < SMALL_ID_LIMIT)).toBe(true);
  });

  test('given as a row follow each other and are not given again', () => {
    const ids = new RecordIds();
    const base = ids.allocate(3, now);
    const row = [0, 1, 2].map((index) => idAt(base, index));
    expect(new Set([...row, ids.allocate(1, now)]).size).toBe(4);
  });

  test('never meet those of an import', () => {
    const single = new RecordIds().allocate(100, now);
    const block = String(importBlock(0, now));
    const all = Array.from({ length: 100 }, (_, n) => [idAt(single, n), idAt(block, n)]).flat();
    expect(new Set(all).size).toBe(200);
    expect(importBlock(Number(block) + 200, now)).toBe(Number(block) + 200);
  });
});

describe('event ids', () => {
  const NAMESPACE = '6f1c2f5e-3f0b-5a52-9a52-5d1d0a0e7c11';

  test('are the UUID v5 of command, stream and index', () =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'grapheme', maxLength: 2_000 }),
        fc.nat(),
        (command, stream, n) => {
          expect(eventId(command, stream, n)).toBe(v5(`${command}/${stream}/${n}`, NAMESPACE));
        },
      ),
    ));
});
