// The job that makes plans, where the read models it needs cannot answer.
import { properties } from '../../../projections/crm/properties';
import { records } from '../../../projections/crm/records';
import { restorePlans, type RestorePlanDocument } from '../../../projections/restore-plans';
import { parseConfig } from '../../../src/config';
import { Files } from '../../../src/files/files';
import { Jobs, type JobKind } from '../../../src/jobs/jobs';
import { ProjectionStopped } from '../../../src/read/read-models';
import { restorePlan, restorePlanStream } from '../../../src/restores/plans/plan.decider';
import { PlanProcess } from '../../../src/restores/plans/plan.process';
import type { RestorePlanEvents } from '../../../src/restores/restore.events';
import { event, openStores, ReadSide } from '../../support/read-side';
import { meta } from '../../support/spec';

/** Keeps what is registered, to be run by hand. */
class ByHand extends Jobs {
  readonly all: JobKind<RestorePlanDocument>[] = [];
  override register(kind: object): void {
    this.all.push(kind as JobKind<RestorePlanDocument>);
  }
}

test('a plan waits while a read model is stopped, however often it is tried', async () => {
  const stores = await openStores();
  const side = await new ReadSide(stores.log, stores.documents, [records, properties, restorePlans]).start();
  const { streams, models, projector } = side;
  const jobs = new ByHand(stores.documents, stores.log, models, side.faults);
  const files = new Files(stores.path);
  const config = parseConfig({ DATA_DIR: stores.path });
  new PlanProcess(jobs, streams, models, projector, files, config).onModuleInit();

  // What no row of the records can apply.
  const { position } = await stores.log.append('deal-1', [event('record.archived.v1', null)], -1);
  const requested: RestorePlanEvents['restoreplan.requested.v1'] = {
    ...{ planId: '10', source: {}, position: '0', madeAt: String(position), objects: [] },
    modes: { recreateDeleted: false, keepNonEmpty: false },
  };
  const stream = restorePlanStream('10');
  await streams.change(
    restorePlan,
    stream,
    () => [{ type: 'restoreplan.requested.v1' as const, data: requested }],
    meta,
  );
  const plan = (await models.get(restorePlans, '10'))!;
  const { signal } = new AbortController();
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(jobs.all[0]!.run(plan, { signal, report: () => undefined })).rejects.toThrow(
      ProjectionStopped,
    );
  expect((await streams.load(restorePlan, stream)).state.status).toBe('planning');

  await side.stop();
  await stores.close();
});
