// `strata compare`: what differs between two instants.
import type { Command } from '../command';
import { ended, endedAs, type Job } from '../client/following';
import { counted, first, listOf, printedChanges } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const COMPARE = '/time-travel/v1/compare';
const SHOWN = 20;

interface Comparison extends Job {
  readonly id: string;
  readonly fromTime: string;
  readonly toTime: string;
  readonly counts?: Readonly<Record<'added' | 'removed' | 'changed', number>>;
  readonly error?: string;
}

interface Row {
  readonly what: string;
  readonly kind: string;
  readonly objectType?: string;
  readonly recordId?: string;
  readonly changes?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export const command: Command = {
  operands: ['FROM', '[TO]'],
  options: {
    types: { type: 'string' },
    properties: { type: 'string' },
    out: { type: 'string' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Compares two instants, times (ISO 8601) or positions; TO is now where it is left out. Prints what was added, removed',
    'and changed, at most 20 rows.',
    '',
    '  --types TYPES       these object types alone, by comma',
    '  --properties NAMES  these properties alone, by comma',
    '  --out FILE          also fetch all rows as CSV; only you can read the file',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run([from, to = 'now'], given, say, ask) {
    const server = ServerClient.of(given, ask);
    const [objectTypes, properties] = [listOf(given.types), listOf(given.properties)];
    const asked = { from, to, ...(objectTypes && { objectTypes }), ...(properties && { properties }) };
    const { id } = await server.post<Comparison>(COMPARE, asked);
    const path = `${COMPARE}/${id}`;
    const done = await ended<Comparison>(server, path, 'records', say);
    const { status, counts, fromTime, toTime, error } = done;
    if (status !== 'READY' || !counts) throw endedAs(`Comparison ${id}`, status, error);
    if (typeof given.out === 'string') await server.download(`${path}/file`, given.out);
    if (given.json === true) return say.out(JSON.stringify(done));
    const { added, removed, changed } = counts;
    say.out(
      `From ${fromTime} to ${toTime}: ${added} added, ${removed} removed, ${counted(changed, 'row')} changed`,
    );
    const { found, more } = await first<Row>(server, `${path}/rows`, SHOWN);
    for (const { kind, what, objectType = '', recordId = '', changes = {} } of found)
      say.out(`  ${[kind, objectType || what, recordId, printedChanges(changes)].filter(Boolean).join(' ')}`);
    if (more) say.out(`  and more: strata compare … --out FILE, or GET ${path}/rows`);
  },
};
