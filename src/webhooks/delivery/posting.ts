// Posts lanes of requests to a receiver, some side by side, and tells which items it took.
import { mapConcurrently } from '../../crm/map-concurrently';
import type { Item } from '../telling/log-items';
import type { WebhookGrant } from '../webhook-grants';
import type { Lane, Piece } from './lanes';
import { NotDelivered, type Sender } from '../../delivery/sender';
import { signedHeaders } from '../../delivery/signature';

/** Requests under way at once to one receiver. */
const SIDE_BY_SIDE = 4;

export interface Posted {
  /** Requests that were taken. */
  readonly taken: number;
  readonly failed: ReadonlyMap<Item, string>;
}

export interface To {
  readonly webhookId: string;
  readonly grant: WebhookGrant;
  /** Tries of an item before this one. */
  readonly triesOf: (item: Item) => number;
}

/** An item counts as taken where all of it was. Of a record, nothing is sent behind what was not taken. */
export async function post(
  sender: Sender,
  lanes: readonly Lane[],
  to: To,
  signal: AbortSignal,
): Promise<Posted> {
  const failed = new Map<Item, string>();
  let taken = 0;
  const postLane = async (lane: Lane) => {
    let reason: string | undefined;
    for (const request of lane) {
      reason ??= await postOne(sender, request, to, signal);
      if (reason === undefined) taken++;
      else for (const { item } of request) failed.set(item, reason);
    }
  };
  await mapConcurrently(lanes, postLane, SIDE_BY_SIDE);
  return { taken, failed };
}

/** Resolves with why it was not taken. */
async function postOne(
  sender: Sender,
  request: readonly Piece[],
  { webhookId, grant, triesOf }: To,
  signal: AbortSignal,
): Promise<string | undefined> {
  const subscriptionId = Number(webhookId);
  const messages = request.flatMap(({ item, messages: ofItem }) =>
    ofItem.map(({ eventId, ...rest }) => ({
      ...{ eventId, subscriptionId, ...rest },
      attemptNumber: triesOf(item),
    })),
  );
  const body = JSON.stringify(messages);
  try {
    await sender.post(grant.url, body, signedHeaders(grant, grant.url, body, new Date()), signal);
    return undefined;
  } catch (error) {
    if (error instanceof NotDelivered) return error.message;
    throw error;
  }
}
