// Over HTTP while a restore runs: no other is executed, a restart changes nothing, a cancel stops it.
import { pause } from '../../../src/supervision/pause';
import { type App, startApp } from '../../support/servers/app';

interface Job {
  readonly id: string;
  readonly status: string;
}
interface RestoreJson extends Job {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number; readonly total: number };
}

const confirm = { changesData: true, overwritesValues: true, reason: 'A wrong change' };
let app: App;
const DEALS = 2_000;
let deals: string[];

const changeAll = async (values: object) => {
  for (let start = 0; start < DEALS; start += 100)
    await app.ok('POST', '/crm/v3/objects/deals/batch/update', {
      inputs: deals.slice(start, start + 100).map((id) => ({ id, properties: values })),
    });
};
const look = (restoreId: string) => app.ok<RestoreJson>('GET', `/restores/v1/restores/${restoreId}`);
const plan = async (position: string) => {
  const objects = [{ objectType: 'deals', properties: ['amount', 'description'] }];
  const asked = { source: { asOf: position }, objects };
  const { id } = await app.ok<Job>('POST', '/restores/v1/plans', asked);
  for (;;) {
    const { status } = await app.ok<Job>('GET', `/restores/v1/plans/${id}`);
    if (status === 'READY') return `/restores/v1/plans/${id}/execute`;
    expect(status).toBe('PLANNING');
    await pause(50);
  }
};

beforeAll(async () => {
  app = await startApp();
  await app.setUpTwoFactor();
  deals = [];
  for (let start = 0; start < DEALS; start += 100) {
    const inputs = Array.from({ length: 100 }, (_, n) => ({
      properties: { dealname: `Deal ${start + n}`, amount: String(start + n) },
    }));
    const made = await app.ok('POST', '/crm/v3/objects/deals/batch/create', { inputs });
    deals.push(...made.results.map(({ id }) => id));
  }
});
afterAll(() => app.close());

test('while a restore runs no other is executed, and a restart in the middle changes nothing of its result', async () => {
  const before = String(await app.engine.eventStore.head());
  await changeAll({ amount: '0', description: 'Oops' });
  const [first, second] = [await plan(before), await plan(before)];
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', first, {
    confirm,
    totp: app.totp(),
  });
  const refused = await app.api('POST', second, { confirm, totp: '000000' });
  expect([refused.status, refused.body.subCategory]).toEqual([409, 'RESTORE_IN_PROGRESS']);
  while ((await look(restoreId)).progress.done === 0) await pause(5);
  await app.restart();
  const interrupted = await look(restoreId);
  expect(interrupted.progress.total).toBe(DEALS);
  let restore = interrupted;
  while (restore.status !== 'COMPLETED') {
    expect(['QUEUED', 'RUNNING']).toContain(restore.status);
    await pause(50);
    restore = await look(restoreId);
  }
  expect(restore.outcomes).toMatchObject({ changed: DEALS, unchanged: 0, drifted: 0, refused: 0 });
  const changes = (await app.events()).filter(
    ({ type, meta }) => type === 'record.values-changed.v1' && meta.source.id === restoreId,
  );
  expect(changes).toHaveLength(DEALS);
  expect(changes[0]?.meta).toMatchObject({
    actor: { type: 'restore', id: restoreId, userId: app.admin.id },
    source: { type: 'RESTORE', id: restoreId },
  });
  const { body } = await app.api<{ properties: Record<string, string | null> }>(
    'GET',
    `/crm/v3/objects/deals/${deals[7]}?properties=amount&properties=description`,
  );
  expect(body.properties).toMatchObject({ amount: '7', description: null });
});

test('a restore that runs can be cancelled: what was restored until then stays and is counted', async () => {
  const before = String(await app.engine.eventStore.head());
  await changeAll({ amount: '1' });
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', await plan(before), {
    ...{ confirm, totp: app.totp() },
  });
  const cancelled = await app.api('POST', `/restores/v1/restores/${restoreId}/cancel`);
  expect(cancelled.status).toBe(202);
  let restore = await look(restoreId);
  for (; ['QUEUED', 'RUNNING'].includes(restore.status); restore = await look(restoreId)) await pause(20);
  expect(restore.status).toBe('CANCELLED');
  const restored = (await app.events()).filter(
    ({ type, meta }) => type === 'record.values-changed.v1' && meta.source.id === restoreId,
  );
  expect(restore.outcomes.changed).toBe(restored.length);
  expect(restored.length).toBeLessThan(DEALS);
  expect((await app.api('POST', `/restores/v1/restores/${restoreId}/cancel`)).status).toBe(409);
});
