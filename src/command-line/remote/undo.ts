// `strata undo`: plans to take back what one cause did.
import { UsedWrongly, type Command } from '../command';
import { tellPlan, type Plan } from '../client/plans';
import { jsonHelp, jsonOptions, serverHelp, ServerClient, serverOptions } from '../client/server-client';

/** Kinds of causes, and what the API calls their ids. */
const CAUSES: Readonly<Record<string, string>> = {
  ...{ import: 'importId', load: 'loadId', restore: 'restoreId', key: 'apiKeyId', user: 'userId' },
  ...{ workflow: 'workflowId', integration: 'integrationId', entry: 'entryId', command: 'commandId' },
};
const kinds = Object.keys(CAUSES).join(', ');

export const command: Command = {
  operands: ['KIND', 'ID'],
  options: { from: { type: 'string' }, until: { type: 'string' }, ...serverOptions, ...jsonOptions },
  help: [
    'Plans to take back what one cause did, and shows what would change; later edits of others are left alone. Nothing is',
    'changed: strata restore carries the plan out. The audit log names the ID (strata audit); an entry is one row of it.',
    `KIND is one of ${kinds}.`,
    '',
    '  --from TIME   only what was done from this time (ISO 8601) or position on',
    '  --until TIME  only what was done up to it',
    '',
    ...serverHelp,
    jsonHelp,
  ],
  async run([kind, id], given, say, ask) {
    const name = Object.hasOwn(CAUSES, kind!) ? CAUSES[kind!] : undefined;
    if (name === undefined) throw new UsedWrongly(`KIND must be one of ${kinds}`);
    const { from, until: to } = given;
    const asked = {
      cause: { [name]: id },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    const server = ServerClient.of(given, ask);
    const plan = await server.post<Plan>('/restores/v1/plans/undo', asked);
    await tellPlan(server, plan.id, given, say);
  },
};
