// The columns of a CSV of entries: what each is called for people, and what it shows of an entry. Pure.
import type { ActorType } from '../../../eventsourcing/event';
import { deviceOf } from '../../../origin/device';
import { isoOf, type ToldEntry } from '../../entry-values';
import { categories } from '../../taxonomy';

export interface EntryColumn {
  readonly header: string;
  readonly valueOf: (entry: ToldEntry) => string | undefined;
}

const column = (header: string, valueOf: EntryColumn['valueOf']): EntryColumn => ({ header, valueOf });

const labels = new Map(categories.map(({ id, label }) => [id, label]));

/** `LOGIN_SUCCEEDED` as `Login succeeded`; names of object types stay as they are. */
function inWords(name: string): string {
  if (!/^[A-Z][A-Z_]*$/.test(name)) return name;
  return name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ');
}

const actors: Readonly<Record<ActorType, string>> = {
  ...{ user: 'User', apiKey: 'API key', import: 'Import', load: 'Load', restore: 'Restore', link: 'Link' },
  ...{ workflow: 'Workflow', integration: 'Integration', form: 'Form', system: 'System', agent: 'Agent' },
  employee: 'Employee of the vendor',
};

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** A line for each property: `amount: 100 → 250`. */
function changesIn({ changes, erased }: ToldEntry): string | undefined {
  if (erased) return 'The record has been erased';
  if (!changes) return undefined;
  let lines = '';
  for (const name in changes) {
    const { from, to } = changes[name]!;
    lines += `${lines === '' ? '' : '\n'}${name}: ${text(from)} → ${text(to)}`;
  }
  return lines;
}

const time = column('Time (UTC)', ({ occurredAt }) => isoOf(occurredAt));
const department = column('Department', ({ actor }) => actor.department && inWords(actor.department));
const what = [
  column('Category', ({ category }) => labels.get(category) ?? category),
  column('Sub-category', ({ subCategory }) => inWords(subCategory)),
  column('Action', ({ action }) => inWords(action)),
  column('What was done', ({ summary }) => summary),
  column('Target type', ({ target }) => target?.type),
  column('Target ID', ({ target }) => target?.id),
  column('Target', ({ target }) => target?.label),
];
const details = [
  column('Source', ({ source }) => source.type),
  column('Changes', changesIn),
  column('Caused by', ({ causes }) => causes.correlationId),
];

export const entryColumns = (withDetails: boolean): readonly EntryColumn[] => [
  time,
  column('User', ({ actor }) => actor.email ?? actor.name),
  column('User ID', ({ actor }) => actor.userId),
  column('Done by', ({ actor }) => actors[actor.type]),
  column('Done by name', ({ actor }) => (actor.type === 'user' ? undefined : (actor.name ?? actor.id))),
  ...what,
  column('IP address', ({ client }) => client.ip),
  column('Country', ({ client }) => client.country),
  column('Region', ({ client }) => client.region),
  column('Login type', ({ client }) => client.loginType && inWords(client.loginType)),
  column('Device', ({ client }) => deviceOf(client.userAgent)?.name),
  ...(withDetails ? details : []),
  column('Entry', ({ id }) => id),
];

/** Without what the tier shows of what employees did: when they came, and from which department. */
export const employeeColumns = (withActs: boolean): readonly EntryColumn[] =>
  withActs
    ? [
        ...[time, department],
        column('Employee', ({ actor }) => actor.name ?? actor.id),
        column('E-mail', ({ actor }) => actor.email),
        ...what,
        ...details,
      ]
    : [time, department];
