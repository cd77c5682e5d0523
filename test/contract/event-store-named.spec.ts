// Several logs on one EventStoreDB: each shows its own events only. Runs where EVENTSTORE_URL is set.
import { randomUUID } from 'node:crypto';
import { NO_STREAM, START, type EventStore } from '../../src/eventsourcing/event-store';
import { eventsAfter, eventsOfStream } from '../support/log';
import { event, events, idsOf, newStream, open } from './event-stores';

const url = process.env.EVENTSTORE_URL;

(url ? describe : describe.skip)('a log that has a name', () => {
  const at = `${url}#${randomUUID().slice(0, 8)}`;
  let named: EventStore;
  let shared: EventStore;
  beforeAll(async () => void ([named, shared] = await Promise.all([open(at), open(url!)])));
  afterAll(() => Promise.all([named.close(), shared.close()]));

  test('has an identity of its own and is empty at first', async () => {
    expect(named.logId).not.toBe(shared.logId);
    expect(await named.head()).toBe(START);
    expect(await eventsAfter(named)).toEqual([]);
  });

  test('shows its own events alone, under the names they were given, and no other log shows them', async () => {
    const stream = newStream();
    const before = await shared.head();
    const [own, others] = [events(3), events(2)];
    const first = await named.append(stream, own.slice(0, 1), NO_STREAM);
    await shared.append(stream, others, NO_STREAM);
    const last = await named.append(stream, own.slice(1), first.revision);
    expect(await eventsAfter(named)).toEqual(await eventsOfStream(named, stream));
    expect(idsOf(await eventsOfStream(named, stream))).toEqual(idsOf(own));
    expect((await named.readBack(stream)).events[0]).toMatchObject({ stream, position: last.position });
    expect(await named.head()).toBe(last.position);
    expect((await named.lastAt(last.position + 10n))?.position).toBe(last.position);
    const seen = idsOf(await eventsAfter(shared, before));
    expect(seen).toEqual(expect.arrayContaining(idsOf(others)));
    for (const id of idsOf(own)) expect(seen).not.toContain(id);
  });

  test('is followed without those of others', async () => {
    const stream = newStream();
    const after = await named.head();
    const enough = new AbortController();
    const [other, own] = [event(), event()];
    await shared.append(newStream(), [other], NO_STREAM);
    await named.append(stream, [own], NO_STREAM);
    const seen: string[] = [];
    for await (const page of named.subscribe(after, enough.signal)) {
      seen.push(...idsOf(page));
      enough.abort();
    }
    expect(seen).toEqual([own.id]);
  });
});
