// Restores from the recycle bin over HTTP that run as jobs: all records that match a filter, whatever their number.
import { randomUUID } from 'node:crypto';
import { adminEmail, type App, ownLog, startApp } from '../../support/servers/app';
import { BIN, Bin, type BinPage, type BinResult } from '../../support/bin';

let app: App;
const bin = new Bin(() => app);
beforeAll(async () => void (app = await startApp(ownLog)));
afterAll(() => app.close());

describe('all that match a filter', () => {
  const COUNT = 250;
  const email = (run: string, n: number) => `${run}-${n}@bin.example`;

  test('come back as a job; those that cannot are listed one by one', async () => {
    const run = randomUUID();
    const people = Array.from({ length: COUNT }, (_, n) => ({ email: email(run, n), city: `Bin ${run}` }));
    const ids: string[] = [];
    for (let start = 0; start < COUNT; start += 100)
      ids.push(...(await bin.binned('contacts', people.slice(start, start + 100))));
    const [elsewhere] = await bin.binned('contacts', [{ email: email(run, COUNT), city: 'Elsewhere' }]);
    const holder = await bin.create('contacts', { email: email(run, 7) });
    const filters = [{ propertyName: 'city', operator: 'EQ', value: `Bin ${run}` }];
    const asked = await bin.restore('contacts', { filterGroups: [{ filters }], archivedBy: adminEmail });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      objectType: 'contacts',
      status: expect.stringMatching(/QUEUED|RUNNING/) as string,
    });

    const events = await app.ok<string>('GET', `${BIN}/restores/${asked.body.id}/progress`);
    expect(events.trim().split('\n').at(-1)).toContain('"status":"COMPLETED"');
    const job = await bin.ended(asked.body.id);
    expect(job).toMatchObject({
      status: 'COMPLETED',
      outcomes: { restored: COUNT - 1, live: 0, refused: 1 },
      progress: { done: COUNT, total: COUNT },
      requestedBy: app.admin.id,
    });
    const refused = await app.ok<BinPage<BinResult>>('GET', `${BIN}/restores/${job.id}/records`);
    expect(refused.results).toEqual([
      {
        id: ids[7],
        outcome: 'refused',
        reason: {
          code: 'value-taken',
          message: `Contact already exists. Existing ID: ${holder}`,
          context: {
            propertyName: ['email'],
            existingObjectId: [holder],
            existingObjectName: [email(run, 7)],
          },
        },
      },
    ]);
    expect(await bin.ids(`contacts?q=${run}`)).toEqual([elsewhere, ids[7]]);
    const found = await app.ok<{ total: number }>('POST', '/crm/v3/objects/contacts/search', {
      filterGroups: [{ filters }],
    });
    expect(found.total).toBe(COUNT - 1);
    const rows = await app.ok(
      'GET',
      `/audit/v1/entries?targetType=bin-restores&targetId=${job.id}&sort=occurredAt`,
    );
    expect(rows.results.map(({ action }) => action)).toEqual(['RESTORE', 'UPDATE']);
    const back = await app.ok('GET', `/audit/v1/entries?targetId=${ids[0]}&action=RESTORE`);
    expect(back.results).toMatchObject([{ actor: { type: 'restore', id: job.id, userId: app.admin.id } }]);
  });

  test('are all there are, where the list of groups is empty; later ones are left alone', async () => {
    const ids = await bin.binned('deals', [{ dealname: 'A' }, { dealname: 'B' }]);
    const { body } = await bin.restore('deals', { filterGroups: [] });
    const later = await bin.create('deals', { dealname: 'Later' });
    await bin.archive('deals', later);
    expect(await bin.ended(body.id)).toMatchObject({ outcomes: { restored: 2, live: 0, refused: 0 } });
    expect(await bin.ids('deals')).toEqual([later]);
    expect(await Promise.all(ids.map((id) => bin.statusOf('deals', id)))).toEqual([200, 200]);
  });

  test('is seen by keys that may read the type, stopped by those that may write it', async () => {
    const { body } = await bin.restore('tasks', { filterGroups: [] });
    await bin.ended(body.id);
    const reader = await bin.keyWith('crm.objects.tasks.read');
    const stranger = await bin.keyWith('crm.objects.calls.write', 'crm.objects.calls.read');
    const path = `${BIN}/restores/${body.id}`;
    expect((await app.api('GET', path, undefined, reader.headers)).status).toBe(200);
    expect((await app.api('GET', path, undefined, stranger.headers)).status).toBe(403);
    const listed = await app.ok('GET', `${BIN}/restores`, undefined, stranger.headers);
    expect(listed.results).toEqual([]);
    expect((await app.api('POST', `${path}/cancel`, undefined, reader.headers)).status).toBe(403);
    expect((await app.api('POST', `${path}/cancel`)).status).toBe(409);
    expect((await app.api('GET', `${BIN}/restores/1`)).status).toBe(404);
  });

  test('stop when they are cancelled: what is back stays, the rest stays in the bin', async () => {
    const COUNT = 500;
    for (let start = 0; start < COUNT; start += 100)
      await bin.binned(
        'conversations',
        Array.from({ length: 100 }, (_, n) => ({ hs_subject: `${start + n}` })),
      );
    const { body } = await bin.restore('conversations', { filterGroups: [] });
    await app.api('POST', `${BIN}/restores/${body.id}/cancel`);
    const { status, outcomes } = await bin.ended(body.id);
    const found = await app.ok<{ total: number }>('POST', '/crm/v3/objects/conversations/search', {});
    expect(found.total).toBe(outcomes['restored']);
    // The last page may have been in hand when it heard of it.
    expect(status).toBe(found.total === COUNT ? 'COMPLETED' : 'CANCELLED');
  });

  test('answers the same job to a repeat of the request', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await bin.restore('calls', { filterGroups: [] }, key);
    const again = await bin.restore('calls', { filterGroups: [] }, key);
    expect(again.body.id).toBe(first.body.id);
  });
});
