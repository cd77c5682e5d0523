// What a legal hold keeps from being erased, and races between holds, erasures and purges.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metaOf, newId } from '../../../src/caller';
import { NightlyPurge } from '../../../src/audit/retention/nightly-purge';
import {
  BeginPurge,
  ChangeRetention,
  PlaceHold,
  ReleaseHold,
} from '../../../src/audit/retention/retention.commands';
import {
  beginPurge,
  changePolicies,
  retention,
  RETENTION_STREAM,
} from '../../../src/audit/retention/retention.decider';
import type { HoldScope } from '../../../src/audit/retention/retention.events';
import { ListPurges } from '../../../src/audit/retention/retention.queries';
import { EraseRecord, RequestErasure } from '../../../src/crm/records/ends/record-end.commands';
import { CreateRecord, MergeRecords } from '../../../src/crm/records/record.commands';
import { DueErasures } from '../../../src/erasures/due-erasures';
import { GetErasure } from '../../../src/erasures/erasure.queries';
import { Refusal } from '../../../src/refusals';
import { oneRound } from '../../support/rounds';
import { startApp } from '../../support/servers/app';
import { Inside } from '../../support/servers/inside';

let folder: string;
let inside: Inside;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strata-holds-'));
  inside = await Inside.open(folder);
});
afterAll(async () => {
  await inside.close();
  await rm(folder, { recursive: true, force: true });
});

const context = () => ({ meta: metaOf(inside.asked()) });
async function contact(): Promise<string> {
  const asked = inside.asked();
  const id = await newId(asked.command);
  await inside.commands.execute(
    new CreateRecord('contacts', id, { firstname: 'Ada' }, { meta: metaOf(asked) }),
  );
  return id;
}
const place = async (scope: HoldScope): Promise<string> => {
  const hold = { name: 'Case 12', reason: 'Asked for by counsel', scope };
  return (await inside.commands.execute(new PlaceHold(hold, inside.asked()))).holdId;
};
const onContact = (id: string) => place({ target: { type: 'contact', id } });
const release = (holdId: string) => inside.commands.execute(new ReleaseHold(holdId, inside.asked()));
const erase = (id: string) => inside.commands.execute(new EraseRecord('contacts', id, context()));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );
const typesOf = async (stream: string) =>
  (await inside.engine.streams.history(stream)).map(({ type }) => String(type));
const isErased = async (id: string) => (await typesOf(`contact-${id}`)).includes('record.erased.v1');

describe('a record that a legal hold covers', () => {
  test('is not erased before the hold is released', async () => {
    const id = await contact();
    const hold = await onContact(id);
    expect(await codeOf(erase(id))).toBe('legal-hold');
    expect(await isErased(id)).toBe(false);
    await release(hold);
    expect(await codeOf(erase(id))).toBeUndefined();
    expect(await isErased(id)).toBe(true);
  });

  test('is not asked to be erased later, either', async () => {
    const id = await contact();
    const hold = await onContact(id);
    const request = new RequestErasure('contacts', id, new Date().toISOString(), context());
    expect(await codeOf(inside.commands.execute(request))).toBe('legal-hold');
    await release(hold);
  });

  test('may be held by who did something to it, or by a query', async () => {
    const id = await contact();
    const { userId } = inside.asked().caller;
    for (const scope of [{ query: { userId } }, { query: { q: `target:contacts/${id}` } }]) {
      const hold = await place(scope);
      expect(await codeOf(erase(id))).toBe('legal-hold');
      await release(hold);
    }
    const other = await place({ query: { q: 'category:LOGIN' } });
    expect(await codeOf(erase(id))).toBeUndefined();
    await release(other);
  });

  test('is held with the record that it was merged into', async () => {
    const [survivor, merged] = [await contact(), await contact()];
    await inside.commands.execute(new MergeRecords('contacts', survivor, merged, context()));
    for (const id of [survivor, merged]) {
      const hold = await onContact(id);
      expect(await codeOf(erase(survivor))).toBe('legal-hold');
      expect(await codeOf(erase(merged))).toBe('legal-hold');
      await release(hold);
    }
  });

  test('is either erased before the hold was placed, or not at all', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await contact();
      const [erased, hold] = await Promise.all([codeOf(erase(id)), onContact(id)]);
      const events = await inside.engine.streams.history('retention-account');
      const placed = events.findLast(({ type }) => type === ('retention.hold-placed.v1' as never))!;
      const ending = (await inside.engine.streams.history(`contact-${id}`)).find(
        ({ type }) => type === ('record.erased.v1' as never),
      );
      expect(erased).toBe(ending ? undefined : 'legal-hold');
      // Whoever was told of the hold finds the record as it is from then on.
      expect(await isErased(id)).toBe(ending !== undefined);
      expect(placed).toBeDefined();
      await release(hold);
    }
  });

  test('waits, where its erasure is due, and that is told once', async () => {
    const id = await contact();
    const dueAt = new Date(Date.now() + 60_000).toISOString();
    await inside.commands.execute(new RequestErasure('contacts', id, dueAt, context()));
    const hold = await onContact(id);
    const carryOut = () => oneRound((round) => inside.app.get(DueErasures).sweep(round, new Date(dueAt)));
    for (let round = 0; round < 3; round++) expect(await carryOut()).toEqual([]);
    expect(await isErased(id)).toBe(false);
    expect(await typesOf(`erasure-contact-${id}`)).toEqual(['erasure.held.v1']);
    expect(await inside.queries.execute(new GetErasure('contacts', id, {}))).toMatchObject({
      ...{ status: 'WAITING', heldBy: [hold] },
    });
    await release(hold);
    expect(await carryOut()).toEqual([]);
    expect(await isErased(id)).toBe(true);
  });
});

test('the route of an erasure answers 409 LEGAL_HOLD and names the hold', async () => {
  const app = await startApp();
  const create = { properties: { email: `held-${randomUUID()}@example.com` } };
  const { id } = await app.ok('POST', '/crm/v3/objects/contacts', create);
  const hold = await app.ok('POST', '/audit/v1/holds', {
    ...{ name: 'Case 12', reason: 'Asked for by counsel', target: { type: 'contacts', id } },
  });
  const answer = await app.api('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id });
  expect(answer).toMatchObject({
    status: 409,
    body: { subCategory: 'LEGAL_HOLD', context: { holdId: [hold.id] } },
  });
  expect((await app.api('GET', `/crm/v3/objects/contacts/${id}`)).status).toBe(200);
  // The hold takes nothing from the record: its address is still its own.
  expect((await app.api('POST', '/crm/v3/objects/contacts', create)).status).toBe(409);
  await app.close();
});

describe('the nightly purge', () => {
  const DAY_MS = 86_400_000;
  const tomorrow = Date.now() + DAY_MS;
  const sweep = (now: number) =>
    oneRound((round) => inside.app.get(NightlyPurge).sweep(round, new Date(now)));
  const purges = async () =>
    (await inside.queries.execute(new ListPurges({ limit: 100 }, {}))).docs.map(({ status }) => status);
  const settled = async () => {
    while ((await purges()).includes('RUNNING')) await new Promise(setImmediate);
  };
  const keep = (policies: Readonly<Record<string, number>>) =>
    inside.commands.execute(new ChangeRetention(policies, inside.asked()));

  test('comes once a night, from the night after a policy on', async () => {
    await keep({ CRM_OBJECT: 30 });
    expect(await sweep(Date.now())).toEqual([]);
    expect(await purges()).toEqual([]);
    for (let look = 0; look < 2; look++) expect(await sweep(tomorrow)).toEqual([]);
    expect(await purges()).toHaveLength(1);
    await settled();
  });

  test('stops where a hold is placed while it runs, and none of what is held goes', async () => {
    const { purgeId } = await inside.commands.execute(new BeginPurge(inside.asked()));
    const hold = await place({ query: { category: 'CRM_OBJECT' } });
    await settled();
    const [last] = (await inside.queries.execute(new ListPurges({ limit: 1 }, {}))).docs;
    expect(last!.id).toBe(purgeId);
    expect(['STOPPED', 'COMPLETED']).toContain(last!.status);
    expect((await typesOf(`purge-${purgeId}`)).at(-1)).toBe('purge.closed.v1');
    await release(hold);
  });

  test('removes nothing once rows are kept for good, though who said so died before it stopped the purge', async () => {
    const { meta } = context();
    const purgeId = randomUUID();
    // By its clock all rows are old.
    const inAYear = new Date(tomorrow + 365 * DAY_MS).toISOString();
    await inside.engine.streams.change(
      retention,
      RETENTION_STREAM,
      (state) => [...beginPurge(state, purgeId, inAYear), ...changePolicies(state, {})],
      meta,
    );
    await settled();
    const [last] = (await inside.queries.execute(new ListPurges({ limit: 1 }, {}))).docs;
    expect(last).toMatchObject({ id: purgeId, status: 'STOPPED', removed: {} });
  });
});
