// Events of comparisons of two instants. Stream: `comparison-<comparisonId>`; positions are decimal strings.
import type { LogPosition } from '../../eventsourcing/event';

/** How many things came, went and changed. */
export interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export interface ComparisonSummary {
  /** Of records. */
  readonly counts: Counts;
  readonly byObject: Readonly<Record<string, Counts>>;
  /** Numbers of changed records whose value of a property differs, by object type and property. */
  readonly byProperty: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly associations: Counts;
  readonly definitions: Counts;
}

export type ComparisonEvents = {
  'comparison.requested.v1': {
    comparisonId: string;
    from: LogPosition;
    to: LogPosition;
    /** The head of the log at the request: erasures up to there count, whenever the compared instants were. */
    madeAt: LogPosition;
    /** Plural names; null: all. */
    objectTypes: readonly string[] | null;
    /** Names of properties; null: all. */
    properties: readonly string[] | null;
  };
  'comparison.ready.v1': {
    comparisonId: string;
    file: string;
    bytes: number;
    rows: number;
    sha256: string;
    summary: ComparisonSummary;
    expiresAt: string;
  };
  'comparison.failed.v1': { comparisonId: string; reason: string };
  'comparison.cancelled.v1': { comparisonId: string };
  /** A record in the rows has been erased: they are deleted. */
  'comparison.withdrawn.v1': { comparisonId: string };
};
