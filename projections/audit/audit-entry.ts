// The shape of one row of the audit log.
import type { Actor, Client, SourceType } from '../../src/eventsourcing/event';

export interface AuditActor extends Actor {
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

export interface AuditEntry {
  /** The padded position: ids are in the order of the log. */
  readonly id: string;
  readonly position: string;
  /**
   * When the command was accepted, in milliseconds since the epoch. Clocks differ, so it may step back from row to row.
   */
  readonly occurredAt: number;
  /** The store's time when the event was written, in milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly actor: AuditActor;
  readonly target?: AuditTarget;
  /** What happened, in words, without values. */
  readonly summary: string;
  /** True where no person did it, though Strata may have done it for one: such rows are left out unless asked for. */
  readonly nonUser: boolean;
  readonly client: Client;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly causes: {
    readonly commandId: string;
    readonly correlationId: string;
    readonly causationId?: string;
  };
  /** Absent for records, whose values stay in the log. */
  readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
}
