// `strata backup`: takes a backup and follows it to its end, or fetches the file of one.
import { UsedWrongly, type Command } from '../command';
import { ended, endedAs } from '../client/following';
import { figures, listOf } from '../client/printing';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

const BACKUPS = '/backups/v1/backups';

interface Backup {
  readonly id: string;
  readonly status: string;
  readonly position: string;
  readonly asOf: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly total: number };
  readonly error?: string;
}

export const command: Command = {
  operands: ['[ID]'],
  options: {
    'as-of': { type: 'string' },
    types: { type: 'string' },
    out: { type: 'string' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Takes a backup and waits for its end. With the ID of a backup, none is taken: it is that one.',
    '',
    '  --as-of TIME   of a past time (ISO 8601) or position; left out, of now',
    '  --types TYPES  object types by comma, such as contacts,deals; left out, all',
    '  --out FILE     also fetch the file, which holds the values of all customers: only you can read it there',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run([id], given, say, ask) {
    const server = ServerClient.of(given, ask);
    const { out, 'as-of': asOf } = given;
    if (id !== undefined && (asOf ?? given.types) !== undefined)
      throw new UsedWrongly('A backup that is there has its time and its types: name it alone');
    const objectTypes = listOf(given.types);
    const asked = { ...(asOf !== undefined && { asOf }), ...(objectTypes && { objectTypes }) };
    const backupId = id ?? (await server.post<Backup>(BACKUPS, asked)).id;
    const path = `${BACKUPS}/${encodeURIComponent(backupId)}`;
    const backup = await ended<Backup>(server, path, 'records', say);
    if (backup.status !== 'COMPLETED') throw endedAs(`Backup ${backupId}`, backup.status, backup.error);
    if (typeof out === 'string') await server.download(`${path}/file`, out);
    if (given.json === true) return say.out(JSON.stringify(backup));
    const { position, counts } = backup;
    say.out(`Backup ${backupId}: ${figures(counts)}, as of ${backup.asOf}, position ${position}`);
    say.out(
      typeof out === 'string'
        ? `${out}: check it with strata verify, without a server`
        : `Fetch it: strata backup ${backupId} --out FILE. Go back to it: strata plan contacts --backup ${backupId}`,
    );
  },
};
