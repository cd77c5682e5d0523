// Decisions on how long rows are kept, on legal holds, and on when a purge begins, goes on and ends.
import { closePurge, purge, removeRows } from '../../../../src/audit/retention/purge.decider';
import {
  beginPurge,
  changePolicies,
  endPurge,
  isPurgeDue,
  placeHold,
  releaseHold,
  retention,
} from '../../../../src/audit/retention/retention.decider';
import { at, by, deciding } from '../../../support/spec';

const DAY_MS = 86_400_000;
const given = deciding(retention);
const limited = {
  type: 'retention.policies-changed.v1',
  data: { changes: { LOGIN: { from: null, to: 365 } } },
} as const;
const hold = { holdId: 'h-1', name: 'Case 12', reason: 'Counsel asks', scope: { userId: 'u-2' } };
const placed = { type: 'retention.hold-placed.v1', data: hold } as const;
const released = { type: 'retention.hold-released.v1', data: { holdId: 'h-1', name: 'Case 12' } } as const;
const cutOffs = [{ category: 'LOGIN', before: '2023-05-02T10:00:00.000Z' }];
const begun = {
  type: 'retention.purge-begun.v1',
  data: { purgeId: 'p-1', cutOffs, holds: ['h-1'] },
} as const;
const end = { outcome: 'completed', reason: null, removed: { LOGIN: 3 }, held: 1 } as const;
const ended = { type: 'retention.purge-ended.v1', data: { purgeId: 'p-1', ...end } } as const;

describe('how long rows are kept', () => {
  test('is for good at first, then as many days as somebody says', () =>
    given()
      .when((s) => changePolicies(s, { LOGIN: 365 }))
      .then(limited));

  test('is said anew as a whole: what is left out is kept for good', () =>
    given(limited)
      .when((s) => changePolicies(s, { LIST: 30 }))
      .then({
        type: 'retention.policies-changed.v1',
        data: { changes: { LOGIN: { from: 365, to: null }, LIST: { from: null, to: 30 } } },
      }));

  test('may be said again', () =>
    given(limited)
      .when((s) => changePolicies(s, { LOGIN: 365 }))
      .thenNothing());
});

describe('a legal hold', () => {
  test('is placed once', () => {
    given()
      .when((s) => placeHold(s, hold))
      .then(placed);
    given(placed)
      .when((s) => placeHold(s, hold))
      .thenNothing();
  });

  test('is released, by who knows it', () => {
    given(placed)
      .when((s) => releaseHold(s, 'h-1'))
      .then(released);
    given(placed, released)
      .when((s) => releaseHold(s, 'h-1'))
      .thenRefused('hold-unknown');
  });

  test('is one of a hundred at most', () => {
    const many = Array.from({ length: 100 }, (_, n) => ({
      ...placed,
      data: { ...hold, holdId: `h-${n}` },
    }));
    given(...many)
      .when((s) => placeHold(s, { ...hold, holdId: 'one more' }))
      .thenRefused('too-many');
  });
});

describe('a purge', () => {
  test('begins with the cut-offs and the holds of that moment', () =>
    given(limited, placed)
      .when((s) => beginPurge(s, 'p-1', at))
      .then(begun));

  test('is the only one', () =>
    given(limited, placed, begun)
      .when((s) => beginPurge(s, 'p-2', at))
      .thenNothing());

  test('has nothing to do where all is kept for good', () =>
    given()
      .when((s) => beginPurge(s, 'p-1', at))
      .thenRefused('retention-unlimited'));

  test('ends once', () => {
    given(limited, placed, begun)
      .when((s) => endPurge(s, 'p-1', end))
      .then(ended);
    given(limited, placed, begun, ended)
      .when((s) => endPurge(s, 'p-1', end))
      .thenNothing();
  });

  test('knows the policies and holds that were there, not those that came', () => {
    const isOutdated = (...after: Parameters<typeof given>) =>
      given(limited, placed, begun, ...after).state.purge?.outdated;
    expect(isOutdated()).toBe(false);
    expect(isOutdated({ ...placed, data: { ...hold, holdId: 'h-2' } })).toBe(true);
    expect(isOutdated({ ...limited, data: { changes: { LIST: { from: null, to: 30 } } } })).toBe(true);
    expect(isOutdated(released)).toBe(false);
  });

  const night = Date.parse('2024-05-02T02:30:00.000Z');
  test.each([
    ['before the night', [limited], night - 1, false],
    ['in the night after the policy', [limited], night, true],
    ['a week later, where nobody was there', [limited], night + 7 * DAY_MS, true],
    ['without a policy', [placed], night, false],
    ['while one is running', [limited, begun], night, false],
    [
      'again in the same night',
      [limited, by(begun, { at: '2024-05-02T02:30:01.000Z' }), ended],
      night + 60_000,
      false,
    ],
    [
      'again in the next',
      [limited, by(begun, { at: '2024-05-02T02:30:01.000Z' }), ended],
      night + DAY_MS,
      true,
    ],
    [
      'again at once, where it was stopped',
      [
        ...[limited, by(begun, { at: '2024-05-02T02:30:01.000Z' })],
        { ...ended, data: { ...ended.data, outcome: 'stopped' as const } },
      ],
      night + 60_000,
      true,
    ],
  ])('is due %s', (_, scenes, now, isDue) => expect(isPurgeDue(given(...scenes).state, now)).toBe(isDue));
});

describe('the slices of a purge', () => {
  const of = deciding(purge);
  const slice = { purgeId: 'p-1', ...cutOffs[0]!, holds: [], rows: ['1', '2'] };
  const removed = { type: 'purge.rows-removed.v1', data: slice } as const;
  const closed = { type: 'purge.closed.v1', data: { purgeId: 'p-1', isDone: false } } as const;

  test('are removed until it is closed', () => {
    of(removed)
      .when((s) => removeRows(s, slice))
      .then(removed);
    of(removed, closed)
      .when((s) => removeRows(s, slice))
      .thenNothing();
  });

  test('are none where there is no row', () =>
    of()
      .when((s) => removeRows(s, { ...slice, rows: [] }))
      .thenNothing());

  test('are counted by category', () =>
    expect(of(removed, { ...removed, data: { ...slice, category: 'LIST' } }, removed).state.removed).toEqual({
      ...{ LOGIN: 4, LIST: 2 },
    }));

  test('end once, by the end or by what came between', () => {
    of()
      .when((s) => closePurge(s, 'p-1', false))
      .then(closed);
    of(closed)
      .when((s) => closePurge(s, 'p-1', true))
      .thenNothing();
  });
});
