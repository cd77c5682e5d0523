// What commands have in common that end with a plan: they wait for it and show what it would change.
import type { Given, Say } from '../command';
import { ended, endedAs } from './following';
import { counted, first, printedChanges } from './printing';
import type { ServerClient } from './server-client';

/** Rows of a plan that are printed. */
const SHOWN = 20;

export interface Plan {
  readonly id: string;
  readonly status: string;
  /** ISO time. */
  readonly requestedAt: string;
  readonly requestedBy: string | null;
  readonly madeAt?: string;
  readonly error?: string;
  readonly summary?: Readonly<
    Record<
      | 'records'
      | 'changes'
      | 'cleared'
      | 'recreated'
      | 'archived'
      | 'associated'
      | 'disassociated'
      | 'missing'
      | 'createdSince'
      | 'conflicts'
      | 'leftAlone',
      number
    >
  >;
}

interface Row {
  readonly objectType: string;
  readonly recordId: string;
  readonly kind: string;
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
  readonly to?: { readonly objectType: string; readonly recordId: string };
  readonly conflict?: { readonly property: string; readonly heldBy: string; readonly resolved?: true };
}

/** Options of a plan, and what the API calls them. */
export const MODES: Readonly<Record<string, string>> = {
  'recreate-deleted': 'recreateDeleted',
  'restore-associations': 'restoreAssociations',
  'archive-created-since': 'archiveCreatedSince',
  'keep-non-empty': 'keepNonEmpty',
};
export const modeOptions = Object.fromEntries(
  Object.keys(MODES).map((option) => [option, { type: 'boolean' } as const]),
);
export const modeHelp = [
  '  --recreate-deleted       bring back records that were deleted since',
  '  --restore-associations   bring associations back, too',
  '  --archive-created-since  put records into the recycle bin that were created since',
  '  --keep-non-empty         leave values alone that are not empty now',
];

/** Waits until a plan is made and prints it. Throws NotTrue where it was not made. */
export async function tellPlan(server: ServerClient, id: string, given: Given, say: Say): Promise<void> {
  const path = `/restores/v1/plans/${encodeURIComponent(id)}`;
  const plan = await ended<Plan>(server, path, 'records', say);
  const { status, summary, error } = plan;
  if (!summary) throw endedAs(`Plan ${id}`, status, error);
  if (given.json === true) return say.out(JSON.stringify(plan));
  say.out(
    `Plan ${id}: ${counted(summary.changes, 'value')} of ${counted(summary.records, 'record')} would change`,
  );
  for (const line of more(summary)) say.out(`  ${line}`);
  const { found, more: isMore } = await first<Row>(server, `${path}/changes`, SHOWN);
  for (const row of found) say.out(`  ${printedRow(row)}`);
  if (isMore) say.out(`  and more: GET ${path}/changes`);
  if (status === 'AWAITING_APPROVAL')
    say.out('Another super admin must approve it first: it has more rows than the account lets one decide');
  say.out(
    `Carry it out: strata restore ${id}. What is changed after this plan was made is left alone, and told of.`,
  );
}

function more(summary: NonNullable<Plan['summary']>): string[] {
  const { cleared, recreated, archived, associated, disassociated } = summary;
  const { missing, createdSince, conflicts, leftAlone } = summary;
  const said: readonly (readonly [number, string])[] = [
    [cleared, 'of the values would be emptied, as they were then'],
    [recreated, 'deleted records would come back'],
    [archived, 'records would go into the recycle bin'],
    [associated, 'pairs of records would be associated again'],
    [disassociated, 'pairs of records would no longer be associated'],
    [missing, 'records of then are no longer there, and stay away'],
    [createdSince, 'records were created since, and are left alone'],
    [leftAlone, 'records are left alone, wholly or in part: others have gone on from there'],
    [conflicts, 'values must be unique, and another record has them'],
  ];
  return said.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
}

function printedRow({ objectType, recordId, kind, changes, to, conflict }: Row): string {
  const verbs: Readonly<Record<string, string>> = {
    ...{ update: '', recreate: 'comes back ', archive: 'goes into the recycle bin ' },
    ...{ associate: 'is associated again with', disassociate: 'is no longer associated with' },
  };
  const other = to ? ` ${to.objectType} ${to.recordId}` : '';
  const stands =
    conflict && !conflict.resolved ? ` (record ${conflict.heldBy} has this ${conflict.property})` : '';
  return `${objectType} ${recordId} ${verbs[kind] ?? kind}${other}${printedChanges(changes)}${stands}`;
}
