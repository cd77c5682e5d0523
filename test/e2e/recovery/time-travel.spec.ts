// Time travel over HTTP: a record as it was at any instant, what is told of it since, and whose rights count.
import { personIn, roleIn, type As } from '../../support/servers/people';
import { startApp, type AnyJson, type App } from '../../support/servers/app';

interface ThenJson extends AnyJson {
  readonly properties: Readonly<Record<string, string | null>>;
  readonly archived: boolean;
  readonly position: string;
  readonly asOf: string;
  readonly revision: number;
  readonly ended?: { readonly how: string; readonly intoId?: string };
}
interface StepJson {
  readonly entryId: string;
  readonly revision: number;
  readonly position: string;
  readonly kind: string;
  readonly actor: { readonly type: string; readonly email?: string };
  readonly client?: { readonly ip: string | null };
  readonly cause: Readonly<Record<string, string>>;
  readonly changes?: Readonly<Record<string, { from: string | null; to: string | null }>>;
  readonly can: { readonly undo: boolean };
}

const contacts = '/crm/v3/objects/contacts';
const travel = '/time-travel/v1/objects/contacts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Writes, and answers the position of what was written with the body. */
async function write(method: string, path: string, body?: object): Promise<{ id: string; position: string }> {
  const answer = await app.api<AnyJson | ''>(method, path, body);
  expect(answer.status).toBeLessThan(300);
  const position = answer.headers.get('x-strata-position')!;
  return { id: answer.body === '' ? '' : answer.body.id, position };
}
const then = (id: string, query = '', as?: As) =>
  app.api<ThenJson>('GET', `${travel}/${id}${query}`, undefined, as);

test('a record is read as it was at a position and at a time, and as it last was', async () => {
  const created = await write('POST', contacts, { properties: { firstname: 'Ada', city: 'Bergen' } });
  const changed = await write('PATCH', `${contacts}/${created.id}`, { properties: { city: 'Oslo' } });
  const archived = await write('DELETE', `${contacts}/${created.id}`);

  const first = (await then(created.id, `?asOf=${created.position}&properties=city`)).body;
  expect(first).toMatchObject({ id: created.id, archived: false, revision: 0, position: created.position });
  expect(first.properties.city).toBe('Bergen');
  expect((await then(created.id, `?asOf=${changed.position}&properties=city`)).body.properties.city).toBe(
    'Oslo',
  );
  expect((await then(created.id, `?asOf=${archived.position}`)).body.archived).toBe(true);
  const byTime = (await then(created.id, `?asOf=${encodeURIComponent(first.asOf)}&properties=city`)).body;
  expect(BigInt(byTime.position)).toBeGreaterThanOrEqual(BigInt(created.position));
  expect((await then(created.id, '?properties=*')).body).toMatchObject({
    ...{ archived: true, revision: 2, properties: { firstname: 'Ada', city: 'Oslo' } },
  });

  const before = BigInt(created.position) - 1n;
  expect(await then(created.id, `?asOf=${before}`)).toMatchObject({ status: 404 });
  expect(await then(created.id, '?asOf=2999-01-01')).toMatchObject({ status: 400 });
  expect(await then(created.id, '?asOf=soon')).toMatchObject({ status: 400 });
  expect(await then('12x', '')).toMatchObject({ status: 404 });
});

test('a merged record tells into which, and is shown as it last was; an erased one nowhere', async () => {
  const [one, other] = [
    await write('POST', contacts, { properties: { firstname: 'One' } }),
    await write('POST', contacts, { properties: { firstname: 'Other' } }),
  ];
  const merge = { primaryObjectId: one.id, objectIdToMerge: other.id };
  const merged = await write('POST', `${contacts}/merge`, merge);
  expect((await then(other.id)).body).toMatchObject({
    properties: { firstname: 'Other' },
    ended: { how: 'merged', intoId: one.id },
  });
  expect((await then(other.id, `?asOf=${other.position}`)).body.properties.firstname).toBe('Other');
  expect(await then(other.id, `?asOf=${merged.position}`)).toMatchObject({
    ...{ status: 409, body: { subCategory: 'RECORD_MERGED' } },
  });

  await app.ok('POST', `${contacts}/gdpr-delete`, { objectId: one.id });
  for (const query of ['', `?asOf=${one.position}`])
    expect(await then(one.id, query)).toMatchObject({ status: 404, body: { subCategory: 'RECORD_ERASED' } });
  expect(await then(one.id + '/timeline')).toMatchObject({ status: 404 });
});

test('a timeline tells what, by whom, from where and why, page by page', async () => {
  const { id } = await write('POST', contacts, { properties: { firstname: 'Step 0' } });
  for (let n = 1; n < 6; n++)
    await write('PATCH', `${contacts}/${id}`, { properties: { firstname: `Step ${n}` } });
  await write('DELETE', `${contacts}/${id}`);
  const steps: StepJson[] = [];
  for (let after = ''; ;) {
    const page = await app.ok<{ results: StepJson[]; paging?: { next: { after: string } } }>(
      ...(['GET', `${travel}/${id}/timeline?limit=3${after && `&after=${after}`}`] as const),
    );
    steps.push(...page.results);
    if (!page.paging) break;
    after = page.paging.next.after;
  }
  expect(steps.map(({ revision }) => revision)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  expect(steps.map(({ kind }) => kind)).toEqual(['archived', ...Array<string>(5).fill('changed'), 'created']);
  expect(steps[1]).toMatchObject({
    changes: { firstname: { from: 'Step 4', to: 'Step 5' } },
    ...{ actor: { type: 'user', email: expect.stringContaining('@') as string }, can: { undo: true } },
    client: { ip: expect.any(String) as string },
  });
  const entry = await app.ok('GET', `/audit/v1/entries/${steps[1]!.entryId}`);
  expect(entry).toMatchObject({ position: steps[1]!.position, action: 'UPDATE' });
  expect(await app.api('GET', `${travel}/1/timeline`)).toMatchObject({ status: 404 });
  expect(await app.api('GET', `${travel}/${id}/timeline?after=x`)).toMatchObject({ status: 400 });
});

test('rights and masks are those of now, whoever owned the record then', async () => {
  const secret = { name: `secret_${Date.now()}`, label: 'Secret', type: 'string', fieldType: 'text' };
  await app.ok('POST', '/crm/v3/properties/deals', {
    ...{ ...secret, groupName: 'dealinformation', dataSensitivity: 'highly_sensitive' },
  });
  const rights = { view: 'own', edit: 'own', delete: 'none' } as const;
  const person = await personIn(app, { roleId: await roleIn(app, rights, []) });
  const other = await personIn(app, { roleId: await roleIn(app, rights, []) });
  const deals = '/crm/v3/objects/deals';
  const deal = await write('POST', deals, {
    properties: { dealname: 'Mine then', hubspot_owner_id: person.id, [secret.name]: 'hush' },
  });
  const path = `/time-travel/v1/objects/deals/${deal.id}`;
  const read = (as: As) =>
    app.api<ThenJson>(
      'GET',
      `${path}?asOf=${deal.position}&properties=dealname,${secret.name}`,
      undefined,
      as,
    );
  expect((await read(person.as)).body.properties).toMatchObject({
    dealname: 'Mine then',
    [secret.name]: '********',
  });
  expect((await read(other.as)).status).toBe(404);

  await write('PATCH', `${deals}/${deal.id}`, { properties: { hubspot_owner_id: other.id } });
  expect((await read(person.as)).status).toBe(404);
  expect((await read(other.as)).body.properties.hubspot_owner_id ?? person.id).toBe(person.id);
  const { body } = await app.api<{ results: StepJson[] }>('GET', `${path}/timeline`, undefined, other.as);
  expect(body.results[1]!.changes![secret.name]).toEqual({ from: '********', to: '********' });
  expect(body.results[1]!.client).toBeUndefined();
});

test('records are read, listed, searched and counted as of an instant; the cursor keeps it', async () => {
  const mark = `mark-${Date.now()}`;
  const ids: string[] = [];
  for (const city of ['A', 'B', 'C', 'D'])
    ids.push((await write('POST', contacts, { properties: { city, company: mark } })).id);
  const { position } = await write('PATCH', `${contacts}/${ids[0]}`, { properties: { city: 'A then' } });
  await write('PATCH', `${contacts}/${ids[0]}`, { properties: { city: 'A now' } });
  await write('DELETE', `${contacts}/${ids[1]}`);
  await write('PATCH', `${contacts}/${ids[2]}`, { properties: { company: 'another' } });
  await write('POST', contacts, { properties: { city: 'E', company: mark } });

  const one = await app.ok<ThenJson>('GET', `${contacts}/${ids[0]}?asOf=${position}&properties=city`);
  expect(one.properties.city).toBe('A then');
  const read = await app.ok<{ results: ThenJson[] }>('POST', `${contacts}/batch/read?asOf=${position}`, {
    ...{ inputs: ids.map((id) => ({ id })), properties: ['city'] },
  });
  expect(read.results.map(({ properties }) => properties.city)).toEqual(['A then', 'B', 'C', 'D']);

  interface Found {
    readonly total: number;
    readonly position: string;
    readonly results: readonly ThenJson[];
    readonly paging?: { readonly next: { readonly after: string } };
  }
  const search = async (asOf: string | undefined, after?: string, as?: As) =>
    app.ok<Found>(
      'POST',
      `${contacts}/search`,
      {
        filterGroups: [{ filters: [{ propertyName: 'company', operator: 'EQ', value: mark }] }],
        ...{ sorts: ['-city'], properties: ['city'], limit: 3 },
        ...(asOf !== undefined && { asOf }),
        ...(after !== undefined && { after }),
      },
      as,
    );
  const first = await search(position);
  expect(first).toMatchObject({ total: 4, position });
  await write('PATCH', `${contacts}/${ids[3]}`, { properties: { city: 'Z' } });
  const second = await search(undefined, first.paging!.next.after);
  expect(second.total).toBe(4);
  const cities = [...first.results, ...second.results].map(({ properties }) => properties.city);
  expect(cities).toEqual(['D', 'C', 'B', 'A then']);
  expect((await search(undefined)).total).toBe(3);

  const listed: string[] = [];
  for (let query = `asOf=${position}&limit=2`; ;) {
    const page = await app.ok<Found>('GET', `${contacts}?${query}`);
    listed.push(...page.results.map(({ id }) => id));
    if (!page.paging) break;
    query = `limit=2&after=${encodeURIComponent(page.paging.next.after)}`;
  }
  expect(ids.every((id) => listed.includes(id))).toBe(true);
  expect(listed).toEqual([...new Set(listed)]);
  for (const more of ['associations=companies', 'propertiesWithHistory=city', 'idProperty=email'])
    expect((await app.api('GET', `${contacts}/${ids[0]}?asOf=${position}&${more}`)).status).toBe(400);
  expect((await app.api('GET', `${contacts}?asOf=2999-01-01T00:00:00Z`)).status).toBe(400);
});

test('whoever may view their own records alone finds as of then those that are theirs now', async () => {
  const rights = { view: 'own', edit: 'own', delete: 'none' } as const;
  const person = await personIn(app, { roleId: await roleIn(app, rights, []) });
  const other = await personIn(app, { roleId: await roleIn(app, rights, []) });
  const deals = '/crm/v3/objects/deals';
  const mark = `deal-${Date.now()}`;
  const deal = async (dealname: string, owner: string) =>
    write('POST', deals, {
      properties: { dealname, amount: '1', hubspot_owner_id: owner, description: mark },
    });
  await deal('stays', person.id);
  const given = await deal('given away', person.id);
  const { position, id: got } = await deal('taken over', other.id);
  await write('PATCH', `${deals}/${given.id}`, { properties: { hubspot_owner_id: other.id } });
  await write('PATCH', `${deals}/${got}`, { properties: { hubspot_owner_id: person.id, amount: '2' } });
  const filters = [{ propertyName: 'description', operator: 'EQ', value: mark }];
  const found = async () => {
    const body = {
      filterGroups: [{ filters }],
      sorts: ['dealname'],
      properties: ['dealname', 'amount'],
      asOf: position,
    };
    const answer = await app.ok<{ total: number; results: ThenJson[] }>(
      'POST',
      `${deals}/search`,
      body,
      person.as,
    );
    expect(answer.total).toBe(answer.results.length);
    return answer.results.map(({ properties: { dealname, amount } }) => `${dealname} ${amount}`);
  };
  expect(await found()).toEqual(['stays 1', 'taken over 1']);
  await write('PATCH', `${deals}/${got}`, { properties: { hubspot_owner_id: other.id } });
  expect(await found()).toEqual(['stays 1']);
});
