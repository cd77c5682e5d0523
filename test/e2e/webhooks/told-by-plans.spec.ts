// A restore plan tells which subscriptions would be told of its changes and how often, and that is how often they are.
import { hurry, Subscribed } from '../../support/webhooks/subscribed';

interface PlanJson {
  readonly id: string;
  readonly status: string;
  readonly automations?: readonly { subscriptionId: string; host: string; times: number }[];
}

hurry();
let it: Subscribed;
let restoreId: string;
beforeAll(async () => void (it = await Subscribed.start()));
afterAll(() => it.stop());

async function until<T extends { readonly status: string }>(path: string, ...statuses: string[]): Promise<T> {
  for (;;) {
    const found = await it.app.ok<T>('GET', path);
    if (statuses.includes(found.status)) return found;
  }
}

test('a plan tells whom it would tell, as often as it then does', async () => {
  const ids = await Promise.all(['1', '2', '3'].map(() => it.contact({ city: 'Bergen', firstname: 'Ada' })));
  const asOf = (await it.app.events()).at(-1)!.position;
  for (const id of ids) await it.moveTo(id, 'Oslo');
  await it.archive(ids[2]!);
  const events = ['propertyChange', 'restore', 'deletion'];
  const told = { restores: true };
  const all = await it.subscribe({ events, told });
  const some = await it.subscribe({ events: ['restore'], told });
  await it.subscribe({ events });
  await it.subscribe({ events, properties: ['firstname'], told });
  const asked = await it.app.ok<PlanJson>('POST', '/restores/v1/plans', {
    source: { asOf: String(asOf) },
    objects: [{ objectType: 'contacts', properties: ['city', 'firstname'] }],
    modes: { recreateDeleted: true },
  });
  const plan = await until<PlanJson>(`/restores/v1/plans/${asked.id}`, 'READY', 'FAILED');
  const { host } = new URL(it.receiver.url);
  expect(plan.automations).toEqual([
    { subscriptionId: all.id, host, times: 4 },
    { subscriptionId: some.id, host, times: 1 },
    expect.objectContaining({ times: 1 }),
  ]);
  await it.app.setUpTwoFactor();
  ({ restoreId } = await it.app.ok<{ restoreId: string }>(
    ...(['POST', `/restores/v1/plans/${plan.id}/execute`] as const),
    { confirm: { changesData: true, overwritesValues: true }, totp: it.app.totp() },
  ));
  await until(`/restores/v1/restores/${restoreId}`, 'COMPLETED');
  const last = await it.contact({ city: 'Last' });
  const restored = (subscriptionId: string) =>
    it.receiver.taken.filter(
      (one) => one.subscriptionId === Number(subscriptionId) && one.changeSource === 'RESTORE',
    );
  // Two of them are told of the new contact, after all that the restore did.
  const isToldOfLast = () =>
    it.receiver.of(last).filter(({ propertyValue }) => propertyValue === 'Last').length === 2;
  await it.receiver.until(
    () =>
      isToldOfLast() &&
      plan.automations!.every(({ subscriptionId, times }) => restored(subscriptionId).length >= times),
  );
  for (const { subscriptionId, times } of plan.automations!)
    expect(restored(subscriptionId)).toHaveLength(times);
  const others = it.receiver.taken.filter(
    (one) => !plan.automations!.some((named) => Number(named.subscriptionId) === one.subscriptionId),
  );
  expect(others.filter(({ changeSource }) => changeSource === 'RESTORE')).toEqual([]);
});

test('what an undo takes back is told to those that ask for undos, not to those that ask for restores', async () => {
  await it.unsubscribe();
  const events = ['propertyChange', 'deletion'];
  const { id: subscription } = await it.subscribe({ events, told: { undos: true } });
  await it.subscribe({ events, told: { restores: true } });
  const asked = await it.app.ok<PlanJson>('POST', '/restores/v1/plans/undo', { cause: { restoreId } });
  const plan = await until<PlanJson>(`/restores/v1/plans/${asked.id}`, 'READY', 'FAILED');
  expect(plan.automations).toMatchObject([{ subscriptionId: subscription }]);
  const { restoreId: undoId } = await it.app.ok<{ restoreId: string }>(
    ...(['POST', `/restores/v1/plans/${plan.id}/execute`] as const),
    { confirm: { changesData: true, overwritesValues: true }, totp: it.app.totp() },
  );
  await until(`/restores/v1/restores/${undoId}`, 'COMPLETED');
  const last = await it.contact({ city: 'Last' });
  const lasts = () => it.receiver.of(last).filter(({ propertyValue }) => propertyValue === 'Last');
  await it.receiver.until(() => lasts().length === 2);
  const undone = it.receiver.taken.filter(({ changeSource }) => changeSource === 'RESTORE');
  expect(new Set(undone.map(({ subscriptionId }) => subscriptionId))).toEqual(
    new Set([Number(subscription)]),
  );
  expect(undone).toHaveLength(plan.automations![0]!.times);
});
