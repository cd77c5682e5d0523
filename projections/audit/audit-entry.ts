// What a row of the audit log is, as the read model keeps it.
import type { AuditActor, Described, Values } from '../../src/audit/audit-entry.vocabulary';
import type { Client, SourceType } from '../../src/eventsourcing/event';
import type { Doc } from '../../src/read/document-store';

/** One row of the audit log. */
export interface AuditEntry extends Omit<Described, 'reported' | 'inLog'>, Doc {
  /** The padded position: ids are in the order of the log. */
  readonly id: string;
  readonly position: string;
  /**
   * When the command was accepted, or what another module reported happened, in milliseconds since the epoch. Clocks
   * differ, so it may step back from row to row.
   */
  readonly occurredAt: number;
  /** The store's time when the event was written, in milliseconds since the epoch. */
  readonly recordedAt: number;
  readonly actor: AuditActor;
  /** True where no person did it, though Strata may have done it for one: such rows are left out unless asked for. */
  readonly nonUser: boolean;
  readonly client: Client;
  /** The client's address in a form whose order as text is that of addresses. */
  readonly address?: string;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly causes: {
    readonly commandId: string;
    readonly correlationId: string;
    readonly causationId?: string;
  };
  /** Absent for records, whose values stay in the log. */
  readonly changes?: Values;
  /** By what it is found beside: see `entry-terms.vocabulary.ts`. */
  readonly terms: readonly string[];
  /** What is not shown while the record waits for its erasure. */
  readonly waiting?: { readonly label?: string; readonly terms: readonly string[] };
  readonly eventType: string;
  readonly stream: string;
  readonly revision: number;
}
