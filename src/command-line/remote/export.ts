// `strata export`: records of one object type as CSV.
import type { Command } from '../command';
import { endedAs, followed, type Job } from '../client/following';
import { counted, listOf } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const EXPORTS = '/crm/v3/exports/export';

interface Export {
  readonly id: string;
  readonly exportState: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly recordCount?: number;
  readonly error?: string;
}

export const command: Command = {
  operands: ['TYPE'],
  options: {
    out: { type: 'string' },
    properties: { type: 'string' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Exports the records of an object type, such as contacts, as CSV for people and spreadsheets, and waits for the end.',
    '',
    '  --out FILE          fetch the file; only you can read it there',
    '  --properties NAMES  these properties alone, by comma; left out, all',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run([objectType], given, say, ask) {
    const server = ServerClient.of(given, ask);
    const asked = {
      objectType,
      objectProperties: listOf(given.properties) ?? [],
      exportName: `${objectType}`,
    };
    const { id } = await server.post<{ id: string }>(`${EXPORTS}/async`, asked);
    const path = `${EXPORTS}/${id}`;
    const { made } = await followed(() => read(server, id), 'records', say);
    if (made.exportState !== 'DONE') throw endedAs(`Export ${id}`, made.exportState, made.error);
    if (typeof given.out === 'string') await server.download(`${path}/file`, given.out);
    if (given.json === true) return say.out(JSON.stringify(made));
    const where = typeof given.out === 'string' ? given.out : `export ${id}, GET ${path}/file`;
    say.out(`${where}: ${counted(made.recordCount ?? 0, 'record')}`);
  },
};

async function read(server: ServerClient, id: string): Promise<Job & { readonly made: Export }> {
  const made = await server.get<Export>(`${EXPORTS}/${id}`);
  const isGoing = made.exportState === 'ENQUEUED' || made.exportState === 'PROCESSING';
  return { status: isGoing ? 'RUNNING' : made.exportState, progress: made.progress, made };
}
