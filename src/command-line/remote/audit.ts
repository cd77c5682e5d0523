// `strata audit`: who did what, to what, from which value to which.
import { UsedWrongly, type Command, type Given } from '../command';
import { first, printed, printedChanges } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const USUAL = 20;
const MOST = 10_000;

interface Entry {
  readonly id: string;
  readonly occurredAt: string;
  readonly summary: string;
  readonly actor: {
    readonly type: string;
    readonly id: string;
    readonly email?: string;
    readonly name?: string;
    readonly via?: { readonly id: string; readonly name?: string };
  };
  readonly target?: { readonly type: string; readonly id: string; readonly label?: string };
  readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

/** Options, and the parameters of the API that they are. */
const FILTERS: Readonly<Record<string, string>> = {
  ...{ actor: 'actor', category: 'category', action: 'action', from: 'from', until: 'to' },
  ...{ target: 'targetId', property: 'property', value: 'value' },
};

export const command: Command = {
  operands: ['[QUERY…]'],
  options: {
    ...Object.fromEntries(Object.keys(FILTERS).map((option) => [option, { type: 'string' } as const])),
    limit: { type: 'string' },
    changes: { type: 'boolean' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Lists the audit log, newest first: when, who, what, to what. QUERY is its query language (docs/audit-queries.md).',
    '',
    '  --actor WHO       a person by id or e-mail address, a key, an import or a restore by id',
    '  --target ID       what it was done to, such as the id of a record',
    '  --property NAME   changes of this property',
    '  --value TEXT      changes from or to this value',
    '  --category NAME   such as CRM_OBJECT, --action NAME such as DELETE',
    '  --from TIME       done from this time on (ISO 8601), --until TIME up to it',
    '  --changes         with old and new values, as far as you may see them',
    '  --limit N         at most so many rows; 20 where it is left out, 10000 at most',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run(words, given, say, ask) {
    const server = ServerClient.of(given, ask);
    const limit = limitOf(given);
    const { found, more } = await first<Entry>(server, `/audit/v1/entries?${queryOf(words, given)}`, limit);
    if (given.json === true) return say.out(JSON.stringify({ results: found, more }));
    for (const entry of found) say.out(printedEntry(entry));
    if (more) say.out(`and more: --limit ${Math.min(MOST, limit * 10)}`);
  },
};

function limitOf({ limit }: Given): number {
  if (limit === undefined) return USUAL;
  const asked = Number(limit);
  if (Number.isInteger(asked) && asked >= 1 && asked <= MOST) return asked;
  throw new UsedWrongly(`--limit: must be a number from 1 to ${MOST}`);
}

function queryOf(words: readonly string[], given: Given): string {
  const query = new URLSearchParams();
  if (words.length > 0) query.set('q', words.join(' '));
  for (const [option, parameter] of Object.entries(FILTERS))
    if (typeof given[option] === 'string') query.set(parameter, given[option]);
  if (given.changes === true) query.set('include', 'changes');
  return query.toString();
}

function printedEntry({ occurredAt, actor, summary, target, changes }: Entry): string {
  const { type, id, name, email, via } = actor;
  const who = [type === 'user' ? undefined : `${type} ${name ?? id}`, email].filter(Boolean).join(' of ');
  const through = via ? ` through the key ${via.name ?? via.id}` : '';
  const what = target
    ? `: ${target.type} ${target.id}${target.label ? ` ${printed(target.label)}` : ''}`
    : '';
  const values = changes && Object.keys(changes).length > 0 ? `\n    ${printedChanges(changes)}` : '';
  return `${occurredAt}  ${who || id}${through}  ${summary}${what}${values}`;
}
