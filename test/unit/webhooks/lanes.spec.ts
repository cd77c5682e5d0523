// Requests hold a bounded number of messages, and the items of one record never lie in two requests that are under way at
// once.
import fc from 'fast-check';
import { lanesOf } from '../../../src/webhooks/delivery/lanes';
import type { Item } from '../../../src/webhooks/telling/log-items';
import type { Message } from '../../../src/webhooks/telling/messages';

const MOST = 10;
const asked = fc.array(
  fc.record({ key: fc.integer({ min: 0, max: 6 }), messages: fc.integer({ min: 1, max: 35 }) }),
);

test('whatever items there are, all is sent, in order, in requests of bounded size', () => {
  fc.assert(
    fc.property(asked, fc.boolean(), (given, apart) => {
      const items = given.map(({ key }, n) => ({ key: String(key), position: BigInt(n) }) as Item);
      const messages = new Map(
        items.map((item, n) => [
          item,
          Array.from({ length: given[n]!.messages }, (_, m) => ({ eventId: n * 100 + m }) as Message),
        ]),
      );
      const lanes = lanesOf(items, messages, { apart, most: MOST });
      const keysOf = lanes.map(
        (lane) => new Set(lane.flatMap((request) => request.map(({ item }) => item.key))),
      );
      for (const key of new Set(items.map((item) => item.key)))
        expect(keysOf.filter((keys) => keys.has(key))).toHaveLength(1);
      for (const [n, lane] of lanes.entries()) {
        if (apart || lane.length > 1) expect(keysOf[n]!.size).toBe(1);
        for (const request of lane) {
          const size = request.reduce((sum, piece) => sum + piece.messages.length, 0);
          expect(size).toBeGreaterThan(0);
          expect(size).toBeLessThanOrEqual(MOST);
        }
      }
      for (const key of new Set(items.map((item) => item.key))) {
        const sent = lanes
          .flat(2)
          .filter(({ item }) => item.key === key)
          .flatMap((piece) => piece.messages);
        expect(sent).toEqual(items.filter((item) => item.key === key).flatMap((item) => messages.get(item)!));
      }
    }),
  );
});
