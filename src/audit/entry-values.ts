// The values that an entry about a record tells of. They stay in the log alone: there they can be forgotten.
import { auditEventOf, type AuditEntry } from '../../projections/audit';
import { Definitions } from '../crm/properties/definitions';
import type { RecordEvents } from '../crm/records/record.events';
import { hiddenFrom, maskedChanges, type Viewer } from '../crm/properties/sensitivity';
import { Streams } from '../eventsourcing/streams';

/** An entry with all that is told of it. */
export interface ToldEntry extends AuditEntry {
  /** The record has been erased: its values are shown no more. */
  readonly erased?: true;
}

type Changes = NonNullable<AuditEntry['changes']>;

export class EntryValues {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: Definitions,
  ) {}

  /** With old and new values, those that the viewer may not see masked, and the name the record had in the event. */
  async told(entry: AuditEntry, viewer: Viewer): Promise<ToldEntry> {
    if (!entry.eventType.startsWith('record.')) return entry;
    const history = await this.streams.history<RecordEvents>(entry.stream);
    if (history.some(({ type }) => type === 'record.erased.v1')) return { ...entry, erased: true };
    const event = history.find(({ revision }) => revision === entry.revision);
    const described = event && auditEventOf(event);
    if (!described) return entry;
    const { changes, target } = described;
    return {
      ...entry,
      ...(entry.target && target && { target: { ...entry.target, ...target } }),
      ...(changes && target && { changes: await this.masked(changes, target.type, viewer) }),
    };
  }

  /** Archived properties have values in old entries, too. */
  private async masked(changes: Changes, objectType: string, viewer: Viewer): Promise<Changes> {
    return maskedChanges(changes, hiddenFrom(viewer, objectType, await this.definitions.everOf(objectType)));
  }
}
