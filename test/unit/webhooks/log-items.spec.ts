// Reading for many subscriptions: each is told all that it wants, and a page that one has read is not read again.
import { randomUUID } from 'node:crypto';
import { Codec } from '../../../src/eventsourcing/codec';
import type { NewEvent } from '../../../src/eventsourcing/event';
import { START } from '../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { Causes } from '../../../src/webhooks/telling/causes';
import { LogItems } from '../../../src/webhooks/telling/log-items';
import { folder } from '../../contract/event-stores';
import { meta } from '../../support/spec';

const place = folder();
let store: EmbeddedEventStore;
beforeAll(async () => void (store = await EmbeddedEventStore.open(place.at)));
afterAll(async () => {
  await store.close();
  place.remove();
});

const changed = (recordId: number): NewEvent => ({
  ...{ id: randomUUID(), type: 'record.values-changed.v1', meta },
  data: {
    ...{ objectType: 'contacts', recordId: String(recordId), changes: { city: { from: null, to: 'Oslo' } } },
    before: { updatedAt: null, archived: false, revision: 0 },
  },
});
const wants = {
  ...{ objectTypes: ['contacts'], events: ['propertyChange'] as const, properties: ['city'] },
  told: { restores: true, undos: true, imports: true },
};

test('all of them are told everything in order, at the cost of about one reading', async () => {
  const count = 1_000;
  for (let id = 1; id <= count; id++) await store.append(`contact-${id}`, [changed(id)], -1);
  let reads = 0;
  const counting = new Proxy(store, {
    get(target, name) {
      if (name === 'readAll') reads++;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member as () => unknown).bind(target) : member;
    },
  });
  const codec = new Codec();
  const logItems = new LogItems(counting, codec, new Causes(new Streams(store, codec)));
  const follow = async (rows: number) => {
    const told: string[] = [];
    for (let [at, end] = [START, false]; !end;) {
      const part = await logItems.after(at, wants, { rows, size: 2 ** 20, events: 5_000 });
      for (const { rows: ofItem } of part.items) for (const { recordId } of ofItem) told.push(recordId);
      [at, end] = [part.upTo, part.end];
    }
    return told;
  };
  // Of different sizes: they stop at different places within a page.
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => follow(n < 10 ? 1_000 : 90 + n)));
  const expected = Array.from({ length: count }, (_, n) => String(n + 1));
  for (const told of all) expect(told).toEqual(expected);
  expect(reads).toBeLessThan(20 * 6);

  await store.append('contact-9999', [changed(9_999)], -1);
  const { items, end } = await logItems.after((await store.head()) - 1n, wants, {
    rows: 10,
    size: 2 ** 20,
    events: 10,
  });
  expect([items.map(({ key }) => key.endsWith('9999')), end]).toEqual([[true], true]);
});
