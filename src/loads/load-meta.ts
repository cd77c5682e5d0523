// The metadata of what a load does: every step has a command id of its own, the same whenever it is carried out again.
import type { LoadDocument } from '../../projections/transfers/loads';
import { actingFor, type CommandContext } from '../caller';
import { KeptIds, type CommandIds } from '../command-ids';
import type { Meta } from '../eventsourcing/event';
import { uuidsOf } from '../eventsourcing/event-ids';
import type { RecordIds } from '../eventsourcing/ids';

const commandIds = uuidsOf('c2b1f6a0-7d0b-5c5e-9a64-3c4b0f2f8d11');

export type LoadJob = LoadDocument['job'];

export const loadMeta = (id: string, job: LoadJob, step: string): Meta => ({
  commandId: commandIds(`${id}/${step}`),
  correlationId: job.correlationId,
  causationId: job.commandId,
  actor: actingFor({ type: 'load', id }, job.actor),
  source: { type: 'LOAD', id },
  client: job.client,
  at: new Date().toISOString(),
});

/** The same for commands that requests send, too. */
export function loadContext(id: string, job: LoadJob, step: string, ids: RecordIds): CommandContext {
  const { commandId, correlationId, causationId, actor, source, at } = loadMeta(id, job, step);
  const own = loadMeta(id, job, `${step}/ids`);
  return {
    caller: {
      ...{ actor, userId: actor.userId ?? actor.id, client: job.client },
      ...{ superAdmin: true, scopes: 'all' as const },
    },
    command: { id: commandId, mayRepeat: true, at, ids: stepIds(ids, own) },
    ...{ correlationId, source },
    ...(causationId !== undefined && { causationId }),
  };
}

/** A row of ids for a step, taken when the first is asked for. */
export function stepIds(ids: RecordIds, meta: Meta, size = 1): CommandIds {
  let first: Promise<string> | undefined;
  const taken = () => (first ??= ids.block(size, meta));
  return new KeptIds(ids, taken, size, meta);
}
