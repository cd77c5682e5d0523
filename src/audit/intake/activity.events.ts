// Events of activities that other modules of the CRM report. Stream: `activity-<HMAC of the reporter's key>`, so that a
// key is taken once for good.
import type { Client, SourceType } from '../../eventsourcing/event';
import type { AuditActor, Values } from '../audit-entry.vocabulary';

export interface ReportedTarget {
  /** A plural noun; of records the object type's own name. */
  readonly type: string;
  readonly id: string;
  readonly label?: string;
  /** It is a record: names and values reported of it are shown as that record's are, and go when it is erased. */
  readonly isRecord?: true;
}

export type ReportedFields = Readonly<Record<string, string | number | boolean | null>>;

export type ActivityEvents = {
  'activity.reported.v1': {
    readonly key: string;
    /** ISO time in UTC at which it happened, as its reporter says. */
    readonly occurredAt: string;
    readonly category: string;
    readonly subCategory: string;
    readonly action: string;
    /** Who did it, as its reporter says; `keyId` is the API key that reported it. */
    readonly actor: AuditActor;
    readonly target: ReportedTarget;
    readonly client: Client;
    readonly source: { readonly type: SourceType; readonly id?: string };
    /** Where in the CRM it happened. */
    readonly where?: string;
    readonly changes?: Values;
    /** Of a record: names of changes that are no property, or one whose values are sensitive. */
    readonly sensitive?: readonly string[];
    readonly metadata?: ReportedFields;
  };
};
