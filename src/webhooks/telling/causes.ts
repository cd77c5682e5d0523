// Says whose doing an event is, where subscribers hear of it only if they ask to.
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Meta } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import type { RestoreEvents, RestorePlanEvents } from '../../restores/restore.events';
import type { WebhookCause } from '../webhook.vocabulary';

@Injectable()
export class Causes {
  /** By id of a restore: a restore never becomes another. */
  private readonly known = new LRUCache<string, WebhookCause>({ max: 1_000 });

  constructor(private readonly streams: Streams) {}

  /** Undefined: of an event that everybody is told of. */
  async of({ source: { type, id } }: Pick<Meta, 'source'>): Promise<WebhookCause | undefined> {
    if (type === 'IMPORT' || type === 'LOAD') return 'imports';
    if (type !== 'RESTORE') return undefined;
    if (id === undefined) return 'restores';
    const known = this.known.get(id);
    if (known) return known;
    const cause = (await this.isUndo(id)) ? 'undos' : 'restores';
    this.known.set(id, cause);
    return cause;
  }

  /** A restore is an undo where its plan goes back by a cause, and not to a position. */
  private async isUndo(restoreId: string): Promise<boolean> {
    const requested = await this.firstOf<RestoreEvents>(`restore-${restoreId}`);
    if (requested?.type !== 'restore.requested.v1') return false;
    const plan = await this.firstOf<RestorePlanEvents>(`restoreplan-${requested.data.planId}`);
    return plan?.type === 'restoreplan.requested.v1' && plan.data.source.undo !== undefined;
  }

  private async firstOf<M extends object>(stream: string) {
    for await (const [first] of this.streams.pages<M>(stream)) return first;
    return undefined;
  }
}
