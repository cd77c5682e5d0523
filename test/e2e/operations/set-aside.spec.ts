// Whatever the kind: a job that has ended its process twice is told as failed, and asks for nothing more.
import { LOADS, startLoad, zipOf } from '../../support/loads/loading';
import { randomUUID } from 'node:crypto';
import { merges } from '../../../projections/crm/merges';
import { recordDocumentId, recordStream } from '../../../src/crm/records/record.vocabulary';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import { mergeInto } from '../../../src/crm/records/ends/record-end.decider';
import { record } from '../../../src/crm/records/record.decider';
import { NO_STREAM } from '../../../src/eventsourcing/event-store';
import { ENDED_THE_PROCESS } from '../../../src/jobs/jobs';
import { Mails } from '../../../src/mail/mails';
import { pause } from '../../../src/supervision/pause';
import { startApp, type App } from '../../support/servers/app';
import { exportBody } from '../../support/exporting';
import { startImport } from '../../support/importing';
import { event } from '../../support/read-side';
import { meta } from '../../support/spec';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}

let app: App;
beforeAll(async () => {
  app = await startApp();
  await app.setUpTwoFactor();
});
afterAll(() => app.close());

const create = async () => (await app.ok('POST', '/crm/v3/objects/contacts', { properties: {} })).id;
const job = (path: string) => app.ok<Job>('GET', path);
async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    await pause(50);
  }
}

/** Every kind that is registered, with what is pending of it. */
async function pending(): Promise<[string, string[]][]> {
  const { jobs, readModels } = app.engine;
  const found: [string, string[]][] = [];
  for (const { name, projection, pending: filter } of jobs['kinds']) {
    const { docs } = await readModels.find(projection, { filter, limit: 10 });
    found.push([name, docs.map(({ id }) => id)]);
  }
  return found;
}

async function mergeCutInTwo(intoId: string, mergedId: string): Promise<void> {
  const decide = (
    ...at: Parameters<typeof mergeInto> extends [infer S, infer R, ...unknown[]] ? [S, R] : never
  ) => mergeInto(...at, intoId);
  const own = { ...meta, commandId: mergedId.padStart(32, '0') };
  await app.engine.streams.change(record, recordStream('contacts', mergedId), decide, own);
}

/** Without a code of the second factor, of which there are few. */
async function logInFromElsewhere(): Promise<void> {
  const data = { sessionId: '1', userId: app.admin.id, email: 'admin@example.com', loginType: 'PASSWORD' };
  const started = event('session.started.v1', { ...data, expiresAt: meta.at });
  const client = { userAgent: 'from elsewhere' };
  const stream = `session-set-aside-${app.admin.id}`;
  await app.engine.eventStore.append(stream, [{ ...started, meta: { ...meta, client } }], NO_STREAM);
}

const mailId = randomUUID();
async function queueMail(): Promise<void> {
  const queued = { id: mailId, kind: 'BACKUP_FAILED', userId: app.admin.id, about: { backupId: '1' } };
  await new Mails(app.engine.streams).queue(queued, { ...meta, commandId: mailId });
}

const incidentId = randomUUID();
/** Nobody is told of it but a receiver that there is none of. */
async function openIncident(): Promise<void> {
  const rows = {
    incidentId,
    alertId: 'exports',
    name: 'Exports',
    kind: 'EXPORTS',
    rows: {},
    by: 'threshold',
    count: 1,
  };
  const opened = { ...rows, first: meta.at, last: meta.at, silent: true, webhook: true };
  const stream = `incident-${incidentId}`;
  await app.engine.eventStore.append(stream, [event('incident.opened.v1', opened)], NO_STREAM);
}

test('a job of any kind that ended the process twice is failed at the next start', async () => {
  const [erased, survivor, merged] = [await create(), await create(), await create()];
  const { position } = await app.ok<{ position: string }>('POST', '/backups/v1/backups');
  const { id: planId } = await app.ok('POST', '/restores/v1/plans', {
    source: { asOf: position },
    objects: [{ objectType: 'contacts', properties: '*' }],
  });
  await until(
    () => job(`/restores/v1/plans/${planId}`),
    ({ status }) => status === 'READY',
  );
  await until(pending, (kinds) => kinds.every(([, ids]) => ids.length === 0));

  await app.engine.jobs.stop();
  const paths = {
    backup: `/backups/v1/backups/${(await app.ok('POST', '/backups/v1/backups')).id}`,
    bin: `/recycle-bin/v1/restores/${(await app.ok('POST', '/recycle-bin/v1/contacts/restore', { filterGroups: [] })).id}`,
    plan: `/restores/v1/plans/${
      (
        await app.ok('POST', '/restores/v1/plans', {
          source: { asOf: position },
          objects: [{ objectType: 'contacts', properties: '*' }],
        })
      ).id
    }`,
    load: `${LOADS}/${(await startLoad(app, await zipOf({ 'contacts.csv': 'Record ID,Email\r\n1,never@set-aside.test\r\n' }))).id}`,
    undo: `/restores/v1/plans/${
      (await app.ok('POST', '/restores/v1/plans/undo', { cause: { userId: app.admin.id } })).id
    }`,
    audit: `/audit/v1/exports/${(await app.ok('POST', '/audit/v1/exports', { format: 'csv' })).id}`,
    compare: `/time-travel/v1/compare/${(await app.ok('POST', '/time-travel/v1/compare', { from: '0' })).id}`,
    restore: `/restores/v1/restores/${
      (
        await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${planId}/execute`, {
          confirm: { changesData: true, overwritesValues: true },
          totp: app.totp(),
        })
      ).restoreId
    }`,
  };
  const drill = await app.ok('POST', '/backups/v1/drills');
  await app.ok('PUT', '/audit/v1/retention', { policies: [{ category: 'LIST', days: 30 }] });
  const purge = await app.ok('POST', '/audit/v1/retention/purges');
  const exported = await app.ok('POST', '/crm/v3/exports/export/async', exportBody('contacts', ['email']));
  const imported = await startImport(app, {
    ...{ type: '0-1', columns: { Mail: 'email' }, csv: 'Mail\nnever@set-aside.test\n' },
  });
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: erased });
  await mergeCutInTwo(survivor, merged);
  await app.ok('POST', '/auth/v1/api-keys', { name: 'never told of', scopes: ['crm.objects.contacts.read'] });
  await logInFromElsewhere();
  await queueMail();
  await openIncident();

  // What two deaths leave behind.
  const left = await until(pending, (kinds) => kinds.every(([, ids]) => ids.length > 0));
  expect(left.map(([, ids]) => ids.length)).toEqual(left.map(() => 1));
  const deaths = { at: null, all: 2, calm: 2, stuck: true };
  for (const [name, [id]] of left) await app.engine.documents.setState(`attempt:${name}:${id}`, { deaths });
  await app.restart();
  await until(pending, (kinds) => kinds.every(([, ids]) => ids.length === 0));

  for (const path of Object.values(paths))
    expect(await job(path)).toMatchObject({ status: 'FAILED', error: ENDED_THE_PROCESS });
  expect(await app.ok('GET', `/backups/v1/drills/${drill.id}`)).toMatchObject({
    status: 'FAILED',
    reason: ENDED_THE_PROCESS,
  });
  expect(await app.ok('GET', `/audit/v1/retention/purges/${purge.id}`)).toMatchObject({
    status: 'FAILED',
    reason: ENDED_THE_PROCESS,
  });
  expect(await app.ok('GET', `/crm/v3/exports/export/${exported.id}`)).toMatchObject({
    exportState: 'FAILED',
    error: ENDED_THE_PROCESS,
  });
  expect(await app.ok('GET', `/crm/v3/imports/${imported.id}`)).toMatchObject({
    state: 'FAILED',
    error: ENDED_THE_PROCESS,
  });
  const { results: mails } = await app.ok('GET', '/notifications/v1/mails?status=FAILED&limit=200');
  expect(mails).toContainEqual(expect.objectContaining({ id: mailId, reason: ENDED_THE_PROCESS }));
  const { results: told } = await app.ok('GET', '/notifications/v1/notifications?limit=200');
  expect(told.map((one) => one['kind'])).toContain('BACKUP_FAILED');
  expect(await job(`/audit/v1/alerts/exports/incidents/${incidentId}`)).toMatchObject({
    webhook: 'given-up',
  });
  for (const givenUp of ['API_KEY_CREATED', 'LOGIN_NEW_DEVICE'])
    expect(told.map((one) => one['kind'])).not.toContain(givenUp);
  const tellsOf = async (what: string, id: string) =>
    (await app.ok('GET', `/audit/v1/entries?targetId=${id}&includeNonUser=true`)).results
      .map((one) => one['summary'])
      .includes(what);
  expect(await tellsOf('Could not finish erasing a contact', erased)).toBe(true);
  expect(await tellsOf('Could not finish merging a contact', merged)).toBe(true);

  // Nothing else would ever finish these two: whoever asks for them again has them tried again.
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: erased });
  const again = { primaryObjectId: survivor, objectIdToMerge: merged };
  expect((await app.api('POST', '/crm/v3/objects/contacts/merge', again)).body).toMatchObject({
    context: { intoObjectId: [survivor] },
  });
  const tells = (type: string, of: string, id: string) => (event: StoredEvent) =>
    event.type === type && (event.data as Readonly<Record<string, unknown>>)[of] === id;
  const done = [
    tells('erasure.completed.v1', 'recordId', erased),
    tells('record.merged.v1', 'mergedId', merged),
  ];
  await until(
    () => app.events(),
    (events) => done.every((told) => events.some(told)),
  );
  const inHand = await app.engine.readModels.get(merges, recordDocumentId('contacts', merged));
  expect(inHand).toBeUndefined();
});
