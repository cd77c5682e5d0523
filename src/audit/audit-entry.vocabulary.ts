// What the audit log tells of an event beside its metadata, and the id of the hour in which an act falls.
import type { Actor, Client, Meta } from '../eventsourcing/event';

export interface AuditActor extends Actor {
  /** Of an activity that another module reported: what did it, as that module calls it. */
  readonly name?: string;
  /** Present only where the event carries it; otherwise it is looked up when the row is shown. */
  readonly email?: string;
}

export interface AuditTarget {
  /** A plural noun: `contacts`, `properties`, `users`, `backups` … */
  readonly type: string;
  readonly id: string;
  /** The target's name in this event, where the event carries it. */
  readonly label?: string;
}

export type Values = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** What a row adds to the metadata that every event has. */
export interface Described {
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  /** What happened, in words, without values. */
  readonly summary: string;
  readonly target?: AuditTarget;
  readonly changes?: Values;
  /** Present where the event names somebody other than its metadata does. */
  readonly actor?: AuditActor;
  /** Of an activity that another module reported, in place of what the metadata say of the report. */
  readonly reported?: {
    /** ISO time in UTC. */
    readonly occurredAt: string;
    readonly client: Client;
    readonly source: Meta['source'];
    /** It is shown by default, whether a user stands behind it or not. */
    readonly isShown: boolean;
  };
  /**
   * What the row leaves in the log, where it can be forgotten: old and new values, or with them the names of target and
   * actor, because they may be a customer's.
   */
  readonly inLog?: 'values' | 'values and names';
}

/** The id of the hour in which an ISO time falls. */
export const hourOf = (time: string): string => time.slice(0, 'YYYY-MM-DDTHH'.length);
