// Events of one drill, the proof that a backup can be built and holds what it must. Stream: `drill-<drillId>`.
import type { LogPosition } from '../eventsourcing/event';

/** One thing that the backup holds otherwise than it was. No value: whoever may read those looks at the record. */
export interface Difference {
  /** The plural name; `associations` for the links of two records. */
  readonly objectType: string;
  /** Of links: both records, as `contacts/1/companies/2`. */
  readonly recordId: string;
  readonly what: 'missing' | 'extra' | 'differs';
  /** The first property that differs. */
  readonly property?: string;
}

/** Seconds that each step took; null where the drill did not come to it. */
export interface Steps {
  readonly build: number | null;
  readonly verify: number | null;
  readonly load: number | null;
  readonly compare: number | null;
}

/** What a drill has found. */
export interface Findings {
  readonly steps: Steps;
  /** Records in the backup. */
  readonly records: number;
  /** Records and pairs of records that were looked at, archived and ended ones too. */
  readonly compared: number;
  /** Of these, those whose own stream was folded from its beginning. */
  readonly folded: number;
  readonly differences: number;
  /** The first differences, up to 20. */
  readonly first: readonly Difference[];
  /** What ended the drill early; null where it came to its end. */
  readonly reason: string | null;
}

export type DrillEvents = {
  'drill.requested.v1': {
    drillId: string;
    /** The backup is built at this position. */
    position: LogPosition;
    /** Whether everything is folded, or a draw of it. */
    all: boolean;
    /** ISO time at which it was due; null where somebody asked for it. */
    dueAt: string | null;
  };
  'drill.ended.v1': Findings & {
    drillId: string;
    ok: boolean;
    /** From its first step to its last; null where it came to none. */
    seconds: number | null;
    /** How long ago the newest instant was that could be restored; null where nobody could tell. */
    rpoSeconds: number | null;
  };
  'drill.cancelled.v1': { drillId: string };
};
