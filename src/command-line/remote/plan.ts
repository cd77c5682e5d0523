// `strata plan`: plans a restore, and shows what it would change.
import { NotTrue, UsedWrongly, type Command, type Given } from '../command';
import { listOf, type Page } from '../client/printing';
import { MODES, modeHelp, modeOptions, tellPlan, type Plan } from '../client/plans';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

export const command: Command = {
  operands: ['TYPE…'],
  options: {
    backup: { type: 'string' },
    'as-of': { type: 'string' },
    properties: { type: 'string' },
    ids: { type: 'string' },
    ...modeOptions,
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Plans to bring back the values of a backup, or of a past time, and shows what would change, record by record. Nothing',
    'is changed: strata restore carries a plan out. TYPE is an object type, such as contacts.',
    '',
    '  --backup ID         the values of this backup; `last` is the one that was taken last',
    '  --as-of TIME        the values of this time (ISO 8601) or position',
    '  --properties NAMES  these properties alone, by comma; left out, all',
    '  --ids IDS           these records alone, by comma; left out, all',
    ...modeHelp,
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run(types, given, say, ask) {
    requireOneSource(given);
    const recordIds = listOf(given.ids);
    const objects = types.map((objectType) => ({
      ...{ objectType, properties: listOf(given.properties) ?? '*' },
      ...(recordIds && { recordIds }),
    }));
    const modes = Object.fromEntries(
      Object.entries(MODES).map(([option, mode]) => [mode, given[option] === true]),
    );
    const server = ServerClient.of(given, ask);
    const source = await sourceOf(server, given);
    const { id } = await server.post<Plan>('/restores/v1/plans', { source, objects, modes });
    await tellPlan(server, id, given, say);
  },
};

function requireOneSource({ backup, 'as-of': asOf }: Given): void {
  if ((backup === undefined) === (asOf === undefined))
    throw new UsedWrongly('Give one of --backup and --as-of');
}

async function sourceOf(server: ServerClient, { backup, 'as-of': asOf }: Given) {
  if (backup !== 'last') return backup === undefined ? { asOf } : { backupId: backup };
  const { results } = await server.get<Page<{ id: string; status: string }>>('/backups/v1/backups');
  const last = results.find(({ status }) => status === 'COMPLETED');
  if (!last) throw new NotTrue('There is no backup yet: strata backup takes one');
  return { backupId: last.id };
}
