// What fails is counted, told now and again, and shown until it works again; nothing of it quotes a value.
import { Faults, Reported, traceOf } from '../../../src/supervision/faults';
import { parts, partRow } from '../../../src/supervision/parts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly part?: string;
  readonly count?: number;
  readonly error?: string;
}

let lines: Line[];
let now: number;
let faults: Faults;
beforeEach(() => {
  lines = [];
  now = Date.parse('2026-01-01T00:00:00Z');
  const line = (level: string) => (detail: object, message: string) =>
    void lines.push({ level, message, ...detail });
  faults = new Faults({ info: line('info'), error: line('error') }, () => now);
});

const MINUTE = 60_000;

test('an error is logged when it begins, then once a minute with its count, and when it is over', () => {
  for (let second = 0; second < 130; second++, now += 1_000)
    faults.report('projection:records', new TypeError('secret'));
  expect(lines.map(({ level, count }) => [level, count])).toEqual([
    ['error', 1],
    ['error', 61],
    ['error', 121],
  ]);
  faults.clear('projection:records');
  faults.clear('projection:records');
  expect(lines.slice(3)).toMatchObject([{ level: 'info', part: 'projection:records', count: 130 }]);
  expect(faults.list()).toEqual([]);
});

test('a part that fails and works by turns writes no more lines than one that fails', () => {
  for (let i = 0; i < 100; i++) {
    faults.report('projection:records', new TypeError());
    faults.clear('projection:records');
  }
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
  expect(faults.totals).toEqual(new Map([['projection:records', 100]]));
});

test('another kind of error of the same part is told at once', () => {
  faults.report('projection:records', new TypeError());
  faults.report('projection:records', new RangeError());
  faults.report('projection:records', new RangeError());
  expect(lines.map(({ error }) => error)).toEqual(['TypeError', 'RangeError']);
});

test('what fails is listed from its beginning, and has a state of its own when it repeats', () => {
  faults.report('projection:records', new TypeError('secret'));
  expect(faults.list()).toMatchObject([{ state: 'failed', count: 1 }]);
  now += MINUTE;
  faults.report('projection:records', new RangeError('secret'));
  expect(faults.list()).toEqual([
    {
      ...{ part: 'projection:records', state: 'failing', error: 'RangeError', count: 2 },
      ...{ since: '2026-01-01T00:00:00.000Z', last: '2026-01-01T00:01:00.000Z' },
    },
  ]);
  expect(JSON.stringify([lines, faults.list()])).not.toContain('secret');
});

test('only what nothing can be served without makes the process unready, and only when it repeats', () => {
  faults.report('projection:records', new Error());
  faults.report('projection:records', new Error());
  faults.report('document-writer', new Error());
  expect(faults.serving).toBe(true);
  faults.report('document-writer', new Error());
  expect(faults.serving).toBe(false);
  faults.clear('document-writer');
  expect(faults.serving).toBe(true);
});

test('what cannot go on is told once, stays shown, and ends the process', () => {
  const ended: [string, unknown][] = [];
  faults.onEnd((part, error) => ended.push([part, error]));
  const error = new Error('secret');
  faults.report('log-writer', error);
  faults.report('log-writer', new Error('another'));
  faults.clear('log-writer');
  expect(ended).toEqual([['log-writer', error]]);
  expect(lines).toHaveLength(1);
  expect(lines[0]!.message).toBe('The thread that writes the embedded log cannot go on: the process ends');
  expect(faults.list()).toMatchObject([{ part: 'log-writer', state: 'ended' }]);
  expect(faults.serving).toBe(false);
});

test('an error of a thread is told as it was there', () => {
  const trace = traceOf(Object.assign(new RangeError('secret'), { code: 'E_CODE' }));
  faults.report('projection:records', new Reported(structuredClone(trace)), { position: '7' });
  expect(lines).toMatchObject([{ error: 'RangeError', code: 'E_CODE', at: trace.at, position: '7' }]);
});

test('a message that looks like a trace is not told either', () => {
  const trace = traceOf(new Error('secret\n    at secret (value:1:1)'));
  expect(trace.at[0]).toContain('faults.spec');
  expect(JSON.stringify(trace)).not.toContain('secret');
});

test('every part has a row, parts of a kind share one', () => {
  expect(partRow('log-writer')).toBe(parts['log-writer']);
  expect(partRow('projection:records')).toBe(parts['projection:*']);
});
