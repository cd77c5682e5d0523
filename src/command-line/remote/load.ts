// `strata load FILE`: brings the ZIP of a backup into the account of a server.
import { basename } from 'node:path';
import type { ErrorLine } from '../../loads/load-files';
import type { LoadView } from '../../loads/load.queries';
import { NotTrue, UsedWrongly, type Command, type Given, type Say } from '../command';
import { identityHelp, identityOptions, withZip } from '../identity';
import { ended } from '../client/following';
import { serverHelp, ServerClient, serverOptions } from '../client/server-client';

const LOADS = '/backups/v1/loads';
/** Lines of what did not fit that are printed. */
const SHOWN = 20;

export const command: Command = {
  operands: ['FILE'],
  options: {
    'dry-run': { type: 'boolean' },
    'create-definitions': { type: 'boolean' },
    files: { type: 'string' },
    ...serverOptions,
    ...identityOptions,
  },
  help: [
    'Brings the ZIP of a backup into the account of a server: one of Strata, or one with a CSV for each object type, as',
    'HubSpot makes it.',
    '',
    '  --dry-run             say what would be done, and do nothing',
    '  --create-definitions  make the definitions that the account lacks',
    '  --files JSON          object types by the names of files in the ZIP that are called otherwise, null to leave one out',
    '',
    ...serverHelp,
    '',
    ...identityHelp,
    '',
    'Exit codes: 0 all was brought in, 1 refused or not all of it, 2 used wrongly.',
  ],
  async run([file], given, say, ask) {
    const server = ServerClient.of(given, ask);
    const fields = fieldsOf(given);
    await withZip(file!, given, async (zip) => {
      const { id } = await server.sendFile<LoadView>(LOADS, fields, {
        ...{ part: 'file', path: zip, name: basename(file!), type: 'application/zip' },
      });
      const done = await ended<LoadView>(server, `${LOADS}/${id}`, 'rows', say);
      tell(done, say);
      const isWhole = await tellErrors(server, done, say);
      if (done.status !== 'COMPLETED')
        throw new NotTrue(
          `${file}: load ${id} ${done.status.toLowerCase()}${done.error ? `: ${done.error}` : ''}`,
        );
      if (!isWhole) throw new NotTrue(`${file}: load ${id}: not all of it fitted`);
    });
  },
};

function fieldsOf({ 'dry-run': dryRun, 'create-definitions': createDefinitions, files }: Given) {
  if (typeof files === 'string')
    try {
      JSON.parse(files);
    } catch {
      throw new UsedWrongly('--files: is not JSON');
    }
  return {
    dryRun: String(dryRun === true),
    createDefinitions: String(createDefinitions === true),
    ...(typeof files === 'string' && { files }),
  };
}

function tell({ dryRun, plan, counts }: LoadView, say: Say): void {
  for (const { name, objectType, rows, columns = [] } of plan?.files ?? []) {
    const unused = columns.filter(({ to }) => to === null).map(({ header }) => header);
    const without = unused.length > 0 ? `, without ${unused.join(', ')}` : '';
    say.out(`${name}: ${rows} rows of ${objectType ?? 'associations'}${without}`);
  }
  if (plan && plan.leftOut.length > 0) say.out(`left out: ${plan.leftOut.join(', ')}`);
  const { objectTypes = [], properties = [], pipelines = [], associationTypes = [] } = plan?.missing ?? {};
  const missing = [
    ...objectTypes.map((name) => `object type ${name}`),
    ...properties.map(({ objectType, name, type }) => `${objectType}.${name} (${type})`),
    ...pipelines.map(({ objectType, label }) => `pipeline ${label} of ${objectType}`),
    ...associationTypes.map(
      ({ fromType, toType, name }) => `association ${name} from ${fromType} to ${toType}`,
    ),
  ];
  if (missing.length > 0)
    say.out(`definitions that ${dryRun ? 'are' : 'were'} missing: ${missing.join(', ')}`);
  if (dryRun) return;
  const records = Object.entries(counts.records).map(([type, count]) => `${count} ${type}`);
  say.out(
    `${records.join(', ') || 'no records'} (${counts.mapped} under another id), ${counts.associated} associations, ` +
      `${counts.definitions} definitions`,
  );
}

/** False where something did not fit. */
async function tellErrors(server: ServerClient, { id, counts }: LoadView, say: Say): Promise<boolean> {
  const { results, paging } = await server.get<{ results: ErrorLine[]; paging?: object }>(
    `${LOADS}/${id}/errors?limit=${SHOWN}`,
  );
  for (const { file, row, column, message } of results)
    say.error(`${file}, row ${row}${column === undefined ? '' : `, column ${column + 1}`}: ${message}`);
  if (paging) say.error(`and more: GET ${LOADS}/${id}/errors`);
  const { notLoaded, valuesLeftOut, associationErrors } = counts;
  // An owner whom the account does not have is told, and lost to nobody: the value stays.
  return (
    notLoaded + valuesLeftOut + associationErrors === 0 &&
    results.every(({ type }) => type === 'COULD_NOT_FIND_OWNER')
  );
}
