// Whose records are merged is judged where the merge is decided: an owner who comes between asking and deciding counts.
import { changeValues, record, type RecordState } from '../../../src/crm/records/record.decider';
import type { RecordEvents } from '../../../src/crm/records/record.events';
import { fold } from '../../../src/eventsourcing/decider';
import type { EventOf } from '../../../src/eventsourcing/event';
import { systemMeta } from '../../../src/caller';
import { personIn, roleIn, some, type Person } from '../../support/servers/people';
import { startApp, type App } from '../../support/servers/app';

const deals = '/crm/v3/objects/deals';

let app: App;
let me: Person;
beforeAll(async () => {
  app = await startApp();
  me = await personIn(app, { roleId: await roleIn(app, { view: 'own', edit: 'own', delete: 'own' }) });
});
afterAll(() => app.close());

const deal = async () => {
  const properties = { dealname: `deal ${some()}`, hubspot_owner_id: me.id };
  return (await app.ok('POST', deals, { properties })).id;
};
const give = (id: string) =>
  app.ok('PATCH', `${deals}/${id}`, { properties: { hubspot_owner_id: app.admin.id } });
const merge = (primaryObjectId: string, objectIdToMerge: string) =>
  app.api('POST', `${deals}/merge`, { primaryObjectId, objectIdToMerge }, me.as);

/** Holds the stream of a record: a change of it waits for `release`, which has been made by then. */
async function holdStream(
  id: string,
  decide: (state: RecordState, revision: number) => EventOf<RecordEvents>[],
) {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const holding = app.engine.streams.change(
    record,
    `deal-${id}`,
    async (state, revision) => {
      begin();
      await released;
      return decide(state, revision);
    },
    systemMeta('test'),
  );
  await begun;
  return { release, holding };
}

/** By the time that these are answered, the merge that was asked for before them waits for the stream. */
const othersAnswered = async (id: string) => {
  for (let n = 0; n < 5; n++) await app.ok('GET', `${deals}/${id}`);
};

test('a survivor that was given to somebody else meanwhile takes nothing over', async () => {
  const [into, merged] = [await deal(), await deal()];
  const { release, holding } = await holdStream(merged, () => []);
  const merging = merge(into, merged);
  await othersAnswered(merged);
  await give(into);
  release();
  await holding;
  expect((await merging).status).toBe(404);
  expect((await app.ok('GET', `${deals}/${merged}`)).id).toBe(merged);
});

test('a record that was given to somebody else meanwhile is not merged', async () => {
  const [into, merged] = [await deal(), await deal()];
  const values = { hubspot_owner_id: app.admin.id };
  const at = new Date().toISOString();
  const { release, holding } = await holdStream(merged, (state, revision) =>
    changeValues(state, revision, { values, at }),
  );
  const merging = merge(into, merged);
  await othersAnswered(merged);
  release();
  await holding;
  expect((await merging).status).toBe(404);
  expect((await app.ok('GET', `${deals}/${merged}`)).id).toBe(merged);
});

/** Who owned the record of a stream when an event of a type came; undefined where none did. */
async function ownerAt(id: string, type: string): Promise<string | null | undefined> {
  let state = record.initial;
  for await (const events of app.engine.streams.pages<RecordEvents>(`deal-${id}`))
    for (const event of events) {
      if (event.type === type) return 'values' in state ? state.values.hubspot_owner_id : undefined;
      state = fold(record, state, [event]);
    }
  return undefined;
}

test('of merges and new owners at once, none merges what was not theirs at that moment', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const [into, merged] = [await deal(), await deal()];
      const [{ status }] = await Promise.all([merge(into, merged), give(n % 2 ? into : merged)]);
      const owners = [
        await ownerAt(merged, 'record.merged-into.v1'),
        await ownerAt(into, 'record.fenced.v1'),
      ];
      if (status === 200) expect(owners).toEqual([me.id, me.id]);
      else expect(owners[0]).toBeUndefined();
      return status;
    }),
  );
  expect([...new Set(statuses)].filter((status) => status !== 200 && status !== 404)).toEqual([]);
});
