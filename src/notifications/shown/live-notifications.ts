// Follows a person's notifications as they are made, from any position on: none is left out, and none comes twice.
import { Injectable } from '@nestjs/common';
import { notifications } from '../../../projections/notifications/notifications';
import { Streams } from '../../eventsourcing/streams';
import { Projector } from '../../read/projector';
import { ReadModels } from '../../read/read-models';
import { padded } from '../../read/time-index.vocabulary';
import { pause } from '../../supervision/pause';
import { boxStream, notificationBox } from '../notification-box.decider';
import { named } from './told-names';
import { notificationView, readUpToKey, type NotificationView } from '../notification.queries';

/** Milliseconds between two looks: every event that is written anywhere is an occasion for one. */
const LOOK_MS = 250;
const PAGE = 100;

@Injectable()
export class LiveNotifications {
  constructor(
    private readonly readModels: ReadModels,
    private readonly projector: Projector,
    private readonly streams: Streams,
  ) {}

  /** After a position, or from now on, until the signal aborts. */
  async *follow(
    userId: string,
    after: bigint | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<NotificationView, void> {
    let last = after ?? (await this.wholeUpTo());
    while (!signal.aborted) {
      const movement = this.projector.movement(notifications.name, signal);
      try {
        // What is beyond may be shown in parts: a later one before an earlier.
        const upTo = await this.wholeUpTo();
        if (upTo > last) {
          yield* this.between(userId, last, upTo);
          last = upTo;
        }
        await movement.happens;
      } finally {
        movement.forget();
      }
      await pause(LOOK_MS, signal);
    }
  }

  private async *between(
    userId: string,
    after: bigint,
    upTo: bigint,
  ): AsyncGenerator<NotificationView, void> {
    const position = { $gt: readUpToKey(after), $lte: padded(upTo) };
    const made = { filter: { userId, position }, sort: ['position'], limit: PAGE };
    for await (const page of this.readModels.pages(notifications, made, { asItIs: true })) {
      const { state } = await this.streams.load(notificationBox, boxStream(userId));
      const told = await named(
        this.readModels,
        page.map(({ about }) => about),
      );
      for (const [n, one] of page.entries())
        yield notificationView(one, told[n]!, readUpToKey(state.readUpTo));
    }
  }

  private wholeUpTo(): Promise<bigint> {
    return this.readModels.wholeUpTo(notifications, { asItIs: true });
  }
}
