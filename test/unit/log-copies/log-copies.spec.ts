// A log that is copied into files and brought into another store is the same log: the same events in the same order, of
// the same times, and every position that an event names means the same event.
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { NewEvent } from '../../../src/eventsourcing/event';
import { START, type EventStore } from '../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { exportLog, type ExportOptions } from '../../../src/log-copies/export-log';
import { importLog } from '../../../src/log-copies/import-log';
import { LogCopy } from '../../../src/log-copies/log-copy';
import { verifyVault } from '../../../src/log-copies/vault-copy';
import { eventsAfter } from '../../support/log';
import { meta } from '../../support/spec';
import { SpacedLog } from './spaced-log';

const folders: string[] = [];
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'strata-copy-'));
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })));

const { signal } = new AbortController();
const options = { signal, report: () => undefined };
const exported = (log: EventStore, into: string, more: Partial<ExportOptions> = {}) =>
  exportLog(log, into, { ...options, segmentBytes: 2_000, chunkBytes: 1_000, ...more });
const imported = (copy: LogCopy, log: EventStore) =>
  importLog(log, copy, { ...options, scratchDir: folder() });

const happened = (n: number): NewEvent => ({
  ...{ id: randomUUID(), type: 'test.happened.v1', data: { n, text: 'é\u2028'.repeat(20) }, meta },
});
const backup = (position: bigint): NewEvent => ({
  ...{ id: randomUUID(), type: 'backup.requested.v1', meta },
  data: { backupId: '1', position: String(position), asOf: '2026-01-01T00:00:00.000Z', objectTypes: null },
});

/** Appends as told: a number is the stream of a plain event, a fraction the part of the log whose end a backup names. */
async function fill(log: EventStore, steps: readonly number[], already = new Map<string, number>()) {
  for (const [n, step] of steps.entries()) {
    const stream = step < 1 ? `backup-${randomUUID()}` : `test-${step}`;
    const revision = already.get(stream) ?? -1;
    const all = step < 1 ? await eventsAfter(log, START) : [];
    const named = all[Math.floor(step * all.length)]?.position ?? START;
    await log.append(stream, [step < 1 ? backup(named) : happened(n)], revision);
    already.set(stream, revision + 1);
  }
  return already;
}
const plain = Array.from({ length: 60 }, (_, n) => 1 + (n % 3));

/** What an event is beside its place, and which event each position means that it names. */
async function told(log: EventStore) {
  const events = await eventsAfter(log, START);
  const indexOf = (position: string) => events.findIndex((event) => String(event.position) === position);
  return events.map(({ stream, revision, id, type, data, recordedAt, meta: { origin: _, ...rest } }) => {
    const { position, ...payload } = data as { position?: string };
    const means = position === undefined || position === '-1' ? position : indexOf(position);
    return { stream, revision, id, type, payload, means, recordedAt, meta: rest };
  });
}

const kinds: readonly [string, (dir: string) => Promise<EventStore>][] = [
  ['dense', (dir) => EmbeddedEventStore.open(dir)],
  ['spaced', (dir) => SpacedLog.open(dir)],
];
const moves = kinds.flatMap(([from, open]) => kinds.map(([to, reopen]) => ({ from, to, open, reopen })));

test.each(moves)('a log moved from $from to $to positions is the same log', async ({ open, reopen }) => {
  const step = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.double({ min: 0, max: 0.999, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const [from, to] = [await open(folder()), await reopen(folder())];
      try {
        await fill(from, steps);
        await imported(await exported(from, folder()), to);
        expect(await told(to)).toEqual(await told(from));
      } finally {
        await Promise.all([from.close(), to.close()]);
      }
    }),
    { numRuns: 15 },
  );
});

test('a log that is moved twice knows where its events stood in both', async () => {
  const [first, second, third] = [
    await SpacedLog.open(folder()),
    await SpacedLog.open(folder()),
    await SpacedLog.open(folder()),
  ];
  await fill(first, [1, 2, 0.5]);
  await imported(await exported(first, folder()), second);
  await imported(await exported(second, folder()), third);
  expect(await told(third)).toEqual(await told(first));
  const [, event] = await eventsAfter(third, START);
  expect(event!.meta.origin).toMatchObject({
    logId: second.logId,
    before: { logId: first.logId, position: '107' },
  });
  for (const log of [first, second, third]) await log.close();
});

describe('a copy', () => {
  let log: EventStore;
  beforeAll(async () => {
    log = await EmbeddedEventStore.open(folder());
    await fill(log, plain);
  });
  afterAll(() => log.close());

  test('is true as it was written, and goes on where it ends', async () => {
    const into = folder();
    const half = await exported(log, into, { upTo: 30n });
    expect([half.events, half.head]).toEqual([31, 30n]);
    const whole = await exported(log, into);
    expect([whole.events, whole.head, whole.segments.length > 5]).toEqual([60, 59n, true]);
    await whole.verify();
    expect(await exported(log, into)).toMatchObject({ events: 60, chain: whole.chain });
  });

  test('goes on after a run that was broken off in the middle of a file, or of a line of its index', async () => {
    const into = folder();
    const stopping = new AbortController();
    const report = (events: number) => events > 20 && stopping.abort(new Error('stopped'));
    await expect(exported(log, into, { signal: stopping.signal, report })).rejects.toThrow('stopped');
    writeFileSync(join(into, '000009.jsonl.gz.abc.part'), 'half');
    appendFileSync(join(into, 'index.jsonl'), '{"file":"0000');
    expect((await LogCopy.open(into))!.head).toBeUndefined();
    const whole = await exported(log, into);
    await whole.verify();
    expect(whole.events).toBe(60);
    expect(readdirSync(into).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('of a range says where it begins, and is no whole history', async () => {
    const into = folder();
    const range = await exported(log, into, { after: 9n, upTo: 19n });
    expect([range.events, range.header.after]).toEqual([10, '9']);
    await range.verify();
    await expect(exported(log, into, { after: 5n })).rejects.toThrow('begins after position 9');
    const to = await EmbeddedEventStore.open(folder());
    await expect(imported(range, to)).rejects.toThrow('only a whole history');
    await to.close();
  });

  test('is not made where something else lies, or of another log', async () => {
    const into = folder();
    writeFileSync(join(into, 'letters.txt'), '');
    await expect(exported(log, into)).rejects.toThrow('neither empty nor a copy');
    const other = await EmbeddedEventStore.open(folder());
    const ofOther = folder();
    await exported(other, ofOther);
    await expect(exported(log, ofOther)).rejects.toThrow('a copy of another log');
    await other.close();
  });

  describe('names what is wrong:', () => {
    let into: string;
    beforeEach(async () => {
      into = folder();
      await exported(log, into);
    });
    const change = (file: string, to: (text: string) => string) =>
      writeFileSync(join(into, file), to(readFileSync(join(into, file), 'utf8')));
    const expectWrong = async (what: string) =>
      expect(LogCopy.open(into).then((copy) => copy!.verify())).rejects.toThrow(what);

    test('a file that is missing, cut or changed', async () => {
      const file = join(into, '000002.jsonl.gz');
      const bytes = readFileSync(file);
      rmSync(file);
      await expectWrong('000002.jsonl.gz is missing');
      writeFileSync(file, bytes.subarray(1));
      await expectWrong(`000002.jsonl.gz has ${bytes.length - 1} bytes, not ${bytes.length}`);
      bytes[bytes.length - 20]! ^= 1;
      writeFileSync(file, bytes);
      await expectWrong('000002.jsonl.gz: is not what was written: its hash differs');
    });

    test('a line of the index that is changed, taken out or exchanged', async () => {
      change('index.jsonl', (text) => text.replace('"events":', '"events":1'));
      await expectWrong('index.jsonl, line 1: does not follow from the lines before it');
      await exported(log, (into = folder()));
      change('index.jsonl', (text) => text.split('\n').slice(1).join('\n'));
      await expectWrong('index.jsonl, line 1: a segment is missing before it');
      await exported(log, (into = folder()));
      change('index.jsonl', (text) => `nonsense\n${text}`);
      await expectWrong('index.jsonl, line 1: is no line of an index');
    });

    test('a vault that is cut off, or none', async () => {
      const entry = `${JSON.stringify({ place: 'user/1', sealed: 'AAAA' })}\n`;
      for (const [text, what] of [
        [entry, 'vault.jsonl is cut off'],
        [`${entry}{"place`, 'vault.jsonl: line 2 is no entry of a vault'],
        [`${entry}${JSON.stringify({ entries: 2, sha256: '0'.repeat(64) })}\n`, 'its hash differs'],
      ] as const) {
        writeFileSync(join(into, 'vault.jsonl'), text);
        await expect(verifyVault(into)).rejects.toThrow(what);
      }
    });

    test('a header that is none', async () => {
      change('log.json', (text) => text.replace('strata-log', 'other-log'));
      await expectWrong('log.json format:');
    });
  });
});

describe('an import', () => {
  let from: EventStore;
  let copy: LogCopy;
  beforeAll(async () => {
    from = await SpacedLog.open(folder());
    await fill(from, [...plain, 0.5, ...plain, 0.2]);
    copy = await exported(from, folder());
  });
  afterAll(() => from.close());

  test('goes on where it was stopped', async () => {
    const to = await EmbeddedEventStore.open(folder());
    for (const stopAt of [1, 40, 90]) {
      const stopping = new AbortController();
      const report = (events: number) => events >= stopAt && stopping.abort(new Error('stopped'));
      const small = Object.assign(Object.create(copy) as LogCopy, {
        async *pages(after?: bigint) {
          for await (const page of copy.pages(after)) for (const event of page) yield [event];
        },
      });
      const importing = importLog(to, small, { signal: stopping.signal, report, scratchDir: folder() });
      await expect(importing).rejects.toThrow('stopped');
    }
    await imported(copy, to);
    expect(await told(to)).toEqual(await told(from));
    await imported(copy, to);
    await to.close();
  });

  test('is refused by a log that holds anything else', async () => {
    const to = await EmbeddedEventStore.open(folder());
    await to.append('test-1', [happened(1)], -1);
    await expect(imported(copy, to)).rejects.toThrow('The log must be empty');
    expect(await eventsAfter(to, START)).toHaveLength(1);
    await to.close();
  });

  test('is refused while the copy is not at its end', async () => {
    const cut = folder();
    const part = await exported(from, cut);
    truncateSync(join(cut, 'index.jsonl'), part.indexBytes - 5);
    const to = await EmbeddedEventStore.open(folder());
    await expect(imported((await LogCopy.open(cut))!, to)).rejects.toThrow('broken off');
    await to.close();
  });

  test('does not come to its end where a file was changed after it was checked', async () => {
    const place = folder();
    const other = await exported(from, place);
    await other.verify();
    const file = join(place, '000002.jsonl.gz');
    const text = gunzipSync(readFileSync(file)).toString().replace('"n":', '"n":1');
    writeFileSync(file, gzipSync(text));
    const to = await EmbeddedEventStore.open(folder());
    await expect(imported(other, to)).rejects.toThrow('000002.jsonl.gz: is not what was written');
    await to.close();
  });

  test('translates the position of the event just before, in the same stream', async () => {
    const log = await SpacedLog.open(folder());
    const first = await log.append('backup-1', [happened(1), happened(2)], -1);
    await log.append('backup-1', [backup(first.position)], 1);
    const to = await EmbeddedEventStore.open(folder());
    await imported(await exported(log, folder()), to);
    const stored = (await eventsAfter(to, START)).map(({ data }) => data as { position?: string });
    expect(stored.map(({ position }) => position)).toEqual([undefined, undefined, '1']);
    await Promise.all([log.close(), to.close()]);
  });

  test('brings in the largest event that may be appended', async () => {
    const log = await EmbeddedEventStore.open(folder());
    const large = { ...happened(1), data: { text: 'x'.repeat(1_047_000) } };
    await log.append('test-1', [large], -1);
    const to = await EmbeddedEventStore.open(folder());
    await imported(await exported(log, folder()), to);
    expect(await told(to)).toEqual(await told(log));
    await Promise.all([log.close(), to.close()]);
  });
});

test('what an event calls a position is known to be one', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.events.ts'),
  );
  const untold = files.filter((file) =>
    /(?:^|[{;])\s*(?:readonly )?(?:\w*[pP]osition|madeAt|erasedAt)\??: string/m.test(
      readFileSync(join('src', file), 'utf8'),
    ),
  );
  expect(untold).toEqual([]);
});
