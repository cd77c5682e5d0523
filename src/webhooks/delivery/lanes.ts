// Packs items into requests. A lane's requests are sent one after another, lanes side by side; the items of one record
// lie in one lane, in order, so that no two requests under way tell of one record. Pure.
import type { Item } from '../telling/log-items';
import type { Message } from '../telling/messages';

/** Messages in one request, as HubSpot sends them. */
export const MOST_MESSAGES = 100;

/** An item, and those of its messages that one request holds: an item with more than a request takes is cut. */
export interface Piece {
  readonly item: Item;
  readonly messages: readonly Message[];
}

export type Lane = readonly (readonly Piece[])[];

/** `apart` gives each record a lane of its own. */
export function lanesOf(
  items: readonly Item[],
  messages: ReadonlyMap<Item, readonly Message[]>,
  { apart = false, most = MOST_MESSAGES }: { readonly apart?: boolean; readonly most?: number } = {},
): Lane[] {
  const byKey = new Map<string, Item[]>();
  for (const item of items) byKey.set(item.key, [...(byKey.get(item.key) ?? []), item]);
  const lanes: Lane[] = [];
  let shared: Piece[] = [];
  let size = 0;
  const close = () => {
    if (shared.length > 0) lanes.push([shared]);
    shared = [];
    size = 0;
  };
  for (const ofKey of byKey.values()) {
    const count = ofKey.reduce((sum, item) => sum + messages.get(item)!.length, 0);
    if (apart || count > most) {
      lanes.push(requestsOf(ofKey, messages, most));
      continue;
    }
    if (size + count > most) close();
    shared.push(...ofKey.map((item) => ({ item, messages: messages.get(item)! })));
    size += count;
  }
  close();
  return lanes;
}

/** The requests of one record's items. */
function requestsOf(
  items: readonly Item[],
  messages: ReadonlyMap<Item, readonly Message[]>,
  most: number,
): Lane {
  const requests: Piece[][] = [[]];
  let size = 0;
  for (const item of items) {
    const all = messages.get(item)!;
    for (let at = 0; at < all.length; at += most) {
      const piece = { item, messages: all.slice(at, at + most) };
      if (size > 0 && size + piece.messages.length > most) {
        requests.push([]);
        size = 0;
      }
      requests.at(-1)!.push(piece);
      size += piece.messages.length;
    }
  }
  return requests;
}
