// Acts on what the stream of a subscription tells and its courier alone can do: going on from another position, sending
// failures again, and deleting those whose time is over. Doing so once more does no harm.
import type { Streams } from '../../eventsourcing/streams';
import type { WebhookEvents } from '../webhook.events';
import { webhookStream } from '../webhook.decider';
import { goingOn } from './settling';
import { itemOfFailure, type ItemDocument, type Waits } from './waits';

const PAGE = 500;

/** Acts on the events after a revision. Resolves with the position to go on after, where that is another. */
export async function act(
  streams: Streams,
  waits: Waits,
  webhookId: string,
  acted: number,
  now: Date,
): Promise<bigint | undefined> {
  let movedTo: bigint | undefined;
  for await (const events of streams.pages<WebhookEvents>(webhookStream(webhookId), acted + 1))
    for (const event of events)
      if (event.type === 'webhook.moved.v1') await move(waits, (movedTo = BigInt(event.data.after)));
      else if (event.type === 'webhook.failures-resent.v1') await resend(waits, event.data.failures, now);
      else if (event.type === 'webhook.failures-expired.v1') await expire(waits, event.data.before);
  return movedTo;
}

/** What comes after the position will be told of again, in its order: nothing of it waits any more. */
async function move(waits: Waits, after: bigint): Promise<void> {
  for (;;) {
    const behind = await waits.behind(after, PAGE);
    if (behind.length === 0) return;
    for (const { key, position } of behind) waits.removeItem(key, BigInt(position));
    await waits.commit();
    for (const key of new Set(behind.map((item) => item.key)))
      if ((await waits.itemsOf(key, 1)).length === 0) waits.removeHead(key);
    await waits.commit();
  }
}

async function resend(waits: Waits, failures: readonly string[] | null, now: Date): Promise<void> {
  if (failures) {
    const ids = failures.flatMap((id) => itemOfFailure(id) ?? []);
    return putBack(waits, await waits.failed(ids.length, ids), now);
  }
  for (;;) {
    const failed = await waits.failed(PAGE);
    await putBack(waits, failed, now);
    if (failed.length < PAGE) return;
  }
}

async function putBack(waits: Waits, failed: readonly ItemDocument[], now: Date): Promise<void> {
  const heads = await waits.heads(new Set(failed.map(({ key }) => key)));
  for (const { key, position } of failed) {
    waits.putItem(key, BigInt(position));
    if (!heads.has(key)) waits.putHead(goingOn(key, now));
  }
  await waits.commit();
}

async function expire(waits: Waits, before: string): Promise<void> {
  for (;;) {
    const failed = await waits.failedBefore(before, PAGE);
    for (const { key, position } of failed) waits.removeItem(key, BigInt(position));
    await waits.commit();
    if (failed.length < PAGE) return;
  }
}
