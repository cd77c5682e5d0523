// An entry as it is sent to receivers: as the API tells it, with old and new values only where they were asked for; how
// much it weighs; and what is left of it where a receiver takes no long messages.
import * as entries from '../../entry-values';

export interface ShownEntry extends Omit<entries.ShownEntry, 'metadata'> {
  readonly metadata: { readonly eventType: string; readonly recordedAt: string } | undefined;
  /** It was too long for the receiver: values were left out, and long texts were cut. */
  readonly shortened?: true;
}

/** Old and new values of settings and definitions are values, too. */
export function shownEntry(told: entries.ToldEntry, withChanges: boolean): ShownEntry {
  const { metadata, changes, ...entry } = entries.shownEntry(told);
  return {
    ...entry,
    changes: withChanges ? changes : undefined,
    metadata: metadata as ShownEntry['metadata'],
  };
}

const LONGEST = 200;

const cut = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cut);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cut(one)]));
};

export function shortened(entry: ShownEntry): ShownEntry {
  return { ...(cut({ ...entry, changes: undefined }) as ShownEntry), shortened: true };
}

/** Failures, what an auditor looks at first, and all else. */
export type Weight = 'failure' | 'notable' | 'usual';

const notable: ReadonlySet<string> = new Set([
  ...['DELETE', 'PURGE', 'EXPORT', 'DOWNLOAD', 'RESTORE', 'GRANT', 'REVOKE', 'ENABLE', 'DISABLE'],
]);

export const isFailure = ({ metadata }: ShownEntry): boolean =>
  /(?:failed|refused)\.v\d+$/.test(metadata?.eventType ?? '');

export function weightOf(entry: ShownEntry): Weight {
  if (isFailure(entry)) return 'failure';
  return entry.category === 'SECURITY_ACTIVITY' || notable.has(entry.action) ? 'notable' : 'usual';
}
