// What is left of a log when the process that writes it is killed, and who may write it next.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'libsql';
import { Codec } from '../../src/eventsourcing/codec';
import { NO_STREAM, START } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore, StoreLocked } from '../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import { eventsOfStream } from '../support/log';
import { meta } from '../support/spec';
import type { Told } from './event-store.child';
import { event, folder, newStream, open, places, transfer } from './event-stores';

const children: ChildProcess[] = [];
function start(mode: string, at: string, stream = ''): ChildProcess {
  const child = fork(join(__dirname, 'event-store.child.js'), [mode, at, stream]);
  children.push(child);
  return child;
}
const told = async (child: ChildProcess): Promise<Told> => ((await once(child, 'message')) as [Told])[0];
async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

describe.each(places)('%s', (_, make) => {
  test('a command killed between its two appends is completed by repeating it, each append once', async () => {
    const place = make();
    const stream = newStream();
    const child = start('between', place.at, stream);
    expect(await told(child)).toBe('between');
    await kill(child);
    const store = await open(place.at);
    const lengths = async () => [
      (await eventsOfStream(store, `${stream}-from`)).length,
      (await eventsOfStream(store, `${stream}-to`)).length,
    ];
    expect(await lengths()).toEqual([1, 0]);
    for (let again = 0; again < 2; again++) {
      await transfer(new Streams(store, new Codec()), stream, meta);
      expect(await lengths()).toEqual([1, 1]);
    }
    await store.close();
    place.remove();
  });

  test('no acknowledged append is lost when the process is killed while it writes', async () => {
    const place = make();
    const stream = newStream();
    const child = start('append', place.at, stream);
    let acknowledged = -1;
    await new Promise<void>((resolve) =>
      child.on('message', (message: Told) => {
        acknowledged = Number(message.split(' ')[1]);
        if (acknowledged === 50) resolve();
      }),
    );
    await kill(child);
    const store = await open(place.at);
    for (let writer = 0; writer < 8; writer++) {
      const stored = await eventsOfStream(store, `${stream}-${writer}`);
      if (writer === 0) expect(stored.length).toBeGreaterThan(acknowledged);
      expect(stored.map(({ data }) => (data as { n: number }).n)).toEqual([...stored.keys()]);
    }
    await store.close();
    place.remove();
  });
});

describe('an embedded log', () => {
  let place: ReturnType<typeof folder>;
  beforeEach(() => (place = folder()));
  afterEach(() => place.remove());

  test('is refused to a second process, and to a second store of this one', async () => {
    const store = await open(place.at);
    expect(await told(start('try', place.at))).toBe('locked');
    const waiting = jest.fn();
    await expect(EmbeddedEventStore.open(place.at, { lockWaitMs: 0, waiting })).rejects.toThrow(StoreLocked);
    // It is said before it is waited for, and once.
    expect(waiting).toHaveBeenCalledTimes(1);
    await store.close();
    expect(await told(start('try', place.at))).toBe('open');
  });

  test('is free as soon as the process that had it is killed', async () => {
    const child = start('hold', place.at);
    expect(await told(child)).toBe('open');
    await expect(EmbeddedEventStore.open(place.at, { lockWaitMs: 100 })).rejects.toThrow(StoreLocked);
    const waiting = open(place.at);
    await kill(child);
    await (await waiting).close();
  });

  test('whose writer fails rejects what is under way and all that comes after', async () => {
    const store = await open(place.at);
    const stream = newStream();
    await store.append(stream, [event()], NO_STREAM);
    const intruder = new Database(join(place.at, 'log.db'));
    intruder.exec('ALTER TABLE events RENAME TO gone');
    const underWay = [1, 2, 3].map(() => store.append(newStream(), [event()], NO_STREAM));
    for (const { status } of await Promise.allSettled(underWay)) expect(status).toBe('rejected');
    await expect(store.append(stream, [event()], 0)).rejects.toThrow('The log writer failed');
    intruder.exec('ALTER TABLE gone RENAME TO events');
    intruder.close();
    await store.close();
    const again = await open(place.at);
    expect(await again.append(stream, [event()], 0)).toMatchObject({ revision: 1 });
    expect((await again.readAll(START, 10)).events).toHaveLength(2);
    await again.close();
  });

  test('can be read beside its writer, and then not written', async () => {
    const writer = await open(place.at);
    const reader = await EmbeddedEventStore.openReadOnly(place.at);
    try {
      expect(reader.logId).toBe(writer.logId);
      const aborter = new AbortController();
      const seen: string[] = [];
      const watching = (async () => {
        for await (const page of reader.subscribe(START, aborter.signal)) {
          seen.push(...page.map(({ stream }) => stream));
          if (seen.length >= 2) aborter.abort();
        }
      })();
      await transfer(new Streams(writer, new Codec()), 'seen', meta);
      await watching;
      expect(seen).toEqual(['seen-from', 'seen-to']);
      await expect(transfer(new Streams(reader, new Codec()), 'other', meta)).rejects.toThrow('to read');
    } finally {
      await reader.close();
      await writer.close();
    }
  });
});
