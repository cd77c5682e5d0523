// Merging over HTTP: one record survives, the other's id stands for it, and nothing of either is lost.
import { recordStream } from '../../../src/crm/records/record.vocabulary';
import { App, ownLog, startApp } from '../../support/servers/app';
import { eventsOfStream } from '../../support/log';

interface CrmRecord {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; sourceType: string; sourceId?: string }[]>;
}

const CONTACTS = '/crm/v3/objects/contacts';

describe('Merging records', () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp(ownLog);
  });
  afterAll(() => app.close());

  const create = async (type: string, properties: Record<string, string>) =>
    (await app.ok<CrmRecord>('POST', `/crm/v3/objects/${type}`, { properties })).id;
  const merge = (type: string, primaryObjectId: string, objectIdToMerge: string) =>
    app.api<CrmRecord & { message: string; category: string; context?: Record<string, string[]> }>(
      'POST',
      `/crm/v3/objects/${type}/merge`,
      { primaryObjectId, objectIdToMerge },
    );
  const read = (path: string) => app.api<CrmRecord>('GET', path);
  const ALL = 'properties=email,hs_additional_emails,hs_merged_object_ids,city,jobtitle,phone';

  test('keeps the values of the survivor and fills its empty ones from the other', async () => {
    const kept = await create('contacts', { email: 'ada@merge.example', city: 'London' });
    const other = await create('contacts', { email: 'Ada@old.example', city: 'Paris', jobtitle: 'Analyst' });
    const { status, body } = await merge('contacts', kept, other);
    expect(status).toBe(200);
    expect(body.id).toBe(kept);
    expect(body.properties).toMatchObject({
      email: 'ada@merge.example',
      hs_additional_emails: 'ada@old.example',
      hs_merged_object_ids: other,
      city: 'London',
      jobtitle: 'Analyst',
    });
    const history = await app.ok<CrmRecord>(
      'GET',
      `${CONTACTS}/${other}?propertiesWithHistory=jobtitle,city`,
    );
    expect(history.id).toBe(kept);
    expect(history.propertiesWithHistory?.jobtitle).toMatchObject([
      { value: 'Analyst', sourceType: 'MERGE_OBJECTS', sourceId: other },
    ]);
    expect(history.propertiesWithHistory?.city).toMatchObject([{ value: 'London', sourceType: 'API' }]);
  });

  test('a merged id answers with the survivor wherever an id is taken', async () => {
    const [a, b, c] = [
      await create('contacts', { email: 'a@chain.example', city: 'A' }),
      await create('contacts', { email: 'b@chain.example' }),
      await create('contacts', { email: 'c@chain.example' }),
    ];
    expect((await merge('contacts', b, a)).status).toBe(200);
    const last = await merge('contacts', c, b);
    expect(last.body.properties).toMatchObject({
      hs_merged_object_ids: `${b};${a}`,
      hs_additional_emails: 'b@chain.example;a@chain.example',
      city: 'A',
    });

    expect((await read(`${CONTACTS}/${a}?${ALL}`)).body.id).toBe(c);
    const batch = await app.ok(`POST`, `${CONTACTS}/batch/read`, { inputs: [{ id: a }], properties: [] });
    expect(batch.results.map(({ id }) => id)).toEqual([c]);
    for (const email of ['a@chain.example', 'B@chain.example', 'c@chain.example'])
      expect((await read(`${CONTACTS}/${email}?idProperty=email`)).body.id).toBe(c);

    const patched = await app.ok<CrmRecord>('PATCH', `${CONTACTS}/${a}`, { properties: { phone: '12' } });
    expect(patched).toMatchObject({ id: c, properties: { phone: '12' } });
    const { headers } = await read(`${CONTACTS}/${a}`);
    const byTag = await app.api(
      'PATCH',
      `${CONTACTS}/${a}`,
      { properties: { phone: '13' } },
      {
        'if-match': headers.get('etag')!,
      },
    );
    expect(byTag.status).toBe(200);
    const stale = await app.api(
      'PATCH',
      `${CONTACTS}/${a}`,
      { properties: { phone: '14' } },
      {
        'if-match': headers.get('etag')!,
      },
    );
    expect(stale.status).toBe(412);
    const updated = await app.ok('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: a, properties: { phone: '15' } },
        { id: b, properties: { city: 'B' } },
        { id: c, properties: { jobtitle: 'C' } },
      ],
    });
    expect(updated.results).toHaveLength(3);
    expect((await read(`${CONTACTS}/${c}?${ALL}`)).body.properties).toMatchObject({
      ...{ phone: '15', city: 'B', jobtitle: 'C' },
    });
    const listed = await app.ok('POST', `${CONTACTS}/search`, {
      filterGroups: [{ filters: [{ propertyName: 'phone', operator: 'EQ', value: '15' }] }],
    });
    expect(listed.results.map(({ id }) => id)).toEqual([c]);

    expect((await app.api('DELETE', `${CONTACTS}/${a}`)).status).toBe(204);
    expect((await read(`${CONTACTS}/${c}`)).status).toBe(404);
    expect((await read(`${CONTACTS}/${b}?archived=true`)).body.id).toBe(c);
  });

  test('additional e-mails stay taken until the survivor is archived', async () => {
    const kept = await create('contacts', { email: 'first@mail.example' });
    const other = await create('contacts', { email: 'second@mail.example' });
    await merge('contacts', kept, other);
    const again = await app.api('POST', CONTACTS, { properties: { email: 'Second@mail.example' } });
    expect([again.status, again.body.message]).toEqual([409, expect.stringContaining(kept)]);
    await app.ok('PATCH', `${CONTACTS}/${kept}`, { properties: { email: 'second@mail.example' } });
    await app.ok('PATCH', `${CONTACTS}/${kept}`, { properties: { email: 'third@mail.example' } });
    // Its own e-mail changed twice; what is additional is still its own.
    expect((await app.api('POST', CONTACTS, { properties: { email: 'second@mail.example' } })).status).toBe(
      409,
    );
    expect((await app.api('POST', CONTACTS, { properties: { email: 'first@mail.example' } })).status).toBe(
      201,
    );
    await app.ok('DELETE', `${CONTACTS}/${kept}`);
    expect((await app.api('POST', CONTACTS, { properties: { email: 'second@mail.example' } })).status).toBe(
      201,
    );
  });

  test('works for every type, and moves associations', async () => {
    const [kept, other] = [
      await create('companies', { name: 'Kept' }),
      await create('companies', { name: 'Other' }),
    ];
    const deal = await create('deals', { dealname: 'Big' });
    await app.ok('PUT', `/crm/v4/objects/deals/${deal}/associations/default/companies/${other}`);
    expect((await merge('companies', kept, other)).status).toBe(200);
    const found = await app.ok<{ results: { toObjectId: number | string }[] }>(
      'GET',
      `/crm/v4/objects/deals/${deal}/associations/companies`,
    );
    expect(found.results.map(({ toObjectId }) => String(toObjectId))).toEqual([kept]);
  });

  test('refuses what cannot be merged, and names it', async () => {
    const [kept, other, third] = [
      await create('contacts', { city: '1' }),
      await create('contacts', { city: '2' }),
      await create('contacts', { city: '3' }),
    ];
    expect((await merge('contacts', kept, kept)).status).toBe(400);
    expect((await merge('contacts', kept, '4711')).body.message).toContain('objectIdToMerge');
    expect((await merge('contacts', '4711', other)).body.message).toContain('primaryObjectId');
    await app.ok('DELETE', `${CONTACTS}/${third}`);
    expect((await merge('contacts', kept, third)).status).toBe(404);
    expect((await merge('contacts', third, kept)).status).toBe(404);
    expect((await merge('contacts', kept, other)).status).toBe(200);
    for (const [into, from] of [
      [kept, other],
      [other, kept],
    ] as const) {
      const refused = await merge('contacts', into, from);
      expect([refused.status, refused.body.category]).toEqual([409, 'CONFLICT']);
      expect(refused.body.context?.intoObjectId).toEqual([kept]);
    }
  });

  test('the same request again has the same answer', async () => {
    const [kept, other] = [await create('contacts', { city: 'x' }), await create('contacts', { phone: '1' })];
    const body = { primaryObjectId: kept, objectIdToMerge: other };
    const headers = { 'idempotency-key': 'merge-once' };
    const one = await app.ok<CrmRecord>('POST', `${CONTACTS}/merge`, body, headers);
    const two = await app.ok<CrmRecord>('POST', `${CONTACTS}/merge`, body, headers);
    expect(two).toEqual(one);
  });

  test('of two merges in opposite directions one wins, whoever begins', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = [await create('contacts', { city: 'a' }), await create('contacts', { city: 'b' })];
      const answers = await Promise.all([merge('contacts', a, b), merge('contacts', b, a)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const won = answers.find(({ status }) => status === 200)!.body.id;
      for (const id of [a, b]) expect((await read(`${CONTACTS}/${id}`)).body.id).toBe(won);
    }
  });

  test('one that was cut in two is finished by itself', async () => {
    const [kept, other] = [
      await create('contacts', { city: 'k' }),
      await create('contacts', { email: 'cut@merge.example' }),
    ];
    const { eventStore } = app.engine;
    const stream = recordStream('contacts', other);
    const [created] = await eventsOfStream(eventStore, stream);
    await eventStore.append(
      stream,
      [
        {
          id: '00000000-0000-4000-8000-00000000c0de',
          type: 'record.merged-into.v1',
          data: {
            ...{ objectType: 'contacts', recordId: other, intoId: kept },
            before: { updatedAt: created!.meta.at, archived: false, archivedAt: null, revision: 0 },
          },
          meta: { ...created!.meta, commandId: '00000000-0000-4000-8000-00000000beef' },
        },
      ],
      0,
    );
    await app.restart();
    const deadline = Date.now() + 15_000;
    let survivor: CrmRecord;
    do survivor = (await read(`${CONTACTS}/${kept}?${ALL}`)).body;
    while (survivor.properties.hs_merged_object_ids === null && Date.now() < deadline);
    expect(survivor.properties).toMatchObject({ email: 'cut@merge.example', hs_merged_object_ids: other });
    expect((await read(`${CONTACTS}/cut@merge.example?idProperty=email`)).body.id).toBe(kept);
  });
});
