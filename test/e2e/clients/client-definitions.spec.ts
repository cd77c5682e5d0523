// HubSpot's own client on what defines records: properties, their groups, object types, pipelines, owners.
import { adminEmail, ownLog, startApp, type App } from '../../support/servers/app';
import { client, unused, watched, versions, type Crm } from '../../support/client-surface';

describe.each(versions)('Version %s', (version) => {
  let app: App;
  let crm: Crm;
  let used: Set<string>;
  beforeAll(async () => {
    app = await startApp(ownLog);
    ({ crm, used } = watched(client(app, version).crm));
  });
  afterAll(() => app.close());

  const property = (name: string, more: object = {}) => ({
    name,
    label: `Label of ${name}`,
    type: 'string' as never,
    fieldType: 'text' as never,
    groupName: 'colours',
    ...more,
  });
  const named = (...names: string[]) => ({ inputs: names.map((name) => ({ name })) });

  test('groups of properties', async () => {
    const { groupsApi } = crm.properties;
    await groupsApi.create('contacts', { name: 'colours', label: 'Colours', displayOrder: 3 });
    expect((await groupsApi.update('contacts', 'colours', { label: 'All colours' })).label).toBe(
      'All colours',
    );
    expect((await groupsApi.getByName('contacts', 'colours')).displayOrder).toBe(3);
    await groupsApi.create('contacts', { name: 'shapes', label: 'Shapes' });
    await groupsApi.archive('contacts', 'shapes');
    const names = (await groupsApi.getAll('contacts')).results.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['contactinformation', 'colours']));
    expect(names).not.toContain('shapes');
  });

  test('properties, one by one and in batches', async () => {
    const { coreApi, batchApi } = crm.properties;
    const options = [{ label: 'Red', value: 'red', hidden: false, displayOrder: 0 }];
    const colour = property('colour', { type: 'enumeration', fieldType: 'select', options });
    expect((await coreApi.create('contacts', colour)).createdAt).toBeInstanceOf(Date);
    expect((await coreApi.update('contacts', 'colour', { label: 'Colour' })).label).toBe('Colour');
    expect((await coreApi.getByName('contacts', 'colour')).options).toHaveLength(1);
    const batch = { inputs: [property('hue'), property('tint'), property('shade')] };
    expect((await batchApi.create('contacts', batch)).results).toHaveLength(3);
    const read = { ...named('hue', 'tint'), archived: false };
    expect((await batchApi.read('contacts', read)).results.map(({ name }) => name)).toEqual(['hue', 'tint']);
    await coreApi.archive('contacts', 'shade');
    await batchApi.archive('contacts', named('hue', 'tint'));
    await expect(coreApi.getByName('contacts', 'hue')).rejects.toMatchObject({ code: 404 });
    expect((await coreApi.getByName('contacts', 'hue', true)).archived).toBe(true);
    const names = (await coreApi.getAll('contacts')).results.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['email', 'colour']));
    const archived = (await coreApi.getAll('contacts', true)).results.map(({ name }) => name);
    expect(archived.sort()).toEqual(['hue', 'shade', 'tint']);
  });

  test('object types of the account, and records of them', async () => {
    const { coreApi } = crm.schemas;
    const car = await coreApi.create({
      name: 'car',
      labels: { singular: 'Car', plural: 'Cars' },
      primaryDisplayProperty: 'model',
      requiredProperties: ['model'],
      searchableProperties: ['model'],
      properties: [
        { name: 'model', label: 'Model', type: 'string' as never, fieldType: 'text' },
        { name: 'vin', label: 'VIN', type: 'string' as never, fieldType: 'text', hasUniqueValue: true },
      ],
      associatedObjects: ['CONTACT'],
    });
    expect(car.objectTypeId).toMatch(/^2-\d+$/);
    const patched = await coreApi.update('car', { labels: { singular: 'Motor car', plural: 'Motor cars' } });
    expect(patched.labels.plural).toBe('Motor cars');
    expect((await coreApi.getById(car.objectTypeId!)).properties.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['model', 'vin']),
    );
    const link = { fromObjectTypeId: car.objectTypeId!, toObjectTypeId: '0-3', name: 'car_to_deal' };
    const definition = await coreApi.createAssociation('car', link);
    await coreApi.archiveAssociation('car', definition.id);
    const { basicApi } = crm.objects;
    const { id } = await basicApi.create('car', { properties: { model: 'T', vin: '1' }, associations: [] });
    await expect(
      basicApi.create('car', { properties: { vin: '2' }, associations: [] }),
    ).rejects.toMatchObject({
      code: 400,
    });
    expect((await basicApi.getById('p_car', id, ['model'])).properties.model).toBe('T');
    // A type that has records stays.
    await expect(coreApi.archive('car')).rejects.toMatchObject({ code: expect.any(Number) as number });
    await basicApi.archive(car.objectTypeId!, id);
    await coreApi.archive('car');
    expect((await coreApi.getAll(true)).results.map(({ name }) => name)).toContain('car');
    expect((await coreApi.getAll()).results.map(({ name }) => name)).not.toContain('car');
  });

  test('pipelines and their stages', async () => {
    const { pipelinesApi, pipelineStagesApi, pipelineAuditsApi, pipelineStageAuditsApi } = crm.pipelines;
    const stage = (label: string, displayOrder: number) => ({
      label,
      displayOrder,
      metadata: { probability: '0.5' },
    });
    const input = { label: 'Renewals', displayOrder: 1, stages: [stage('Asked', 0), stage('Agreed', 1)] };
    const made = await pipelinesApi.create('deals', input);
    expect(made.stages.map(({ label }) => label)).toEqual(['Asked', 'Agreed']);
    await pipelinesApi.update('deals', made.id, { label: 'All renewals' });
    expect((await pipelinesApi.getById('deals', made.id)).label).toBe('All renewals');
    expect((await pipelinesApi.getAll('deals')).results.map(({ id }) => id)).toContain(made.id);

    const third = await pipelineStagesApi.create('deals', made.id, stage('Signed', 2));
    await pipelineStagesApi.update('deals', made.id, third.id, { label: 'Signed twice', metadata: {} });
    expect((await pipelineStagesApi.getById('deals', made.id, third.id)).label).toBe('Signed twice');
    await pipelineStagesApi.replace('deals', made.id, third.id, stage('Sealed', 3));
    expect((await pipelineStagesApi.getAll('deals', made.id)).results).toHaveLength(3);
    expect((await pipelineStageAuditsApi.getAudit('deals', third.id)).results.length).toBeGreaterThan(0);
    await pipelineStagesApi.archive('deals', made.id, third.id);

    const replaced = await pipelinesApi.replace('deals', made.id, { ...input, label: 'Renewed' });
    expect([replaced.id, replaced.label]).toEqual([made.id, 'Renewed']);
    expect((await pipelineAuditsApi.getAudit('deals', made.id)).results.length).toBeGreaterThan(1);
    await pipelinesApi.archive('deals', made.id);
    await expect(pipelinesApi.getById('deals', made.id)).rejects.toMatchObject({ code: 404 });
  });

  test('owners', async () => {
    const { ownersApi } = crm.owners;
    const [owner] = (await ownersApi.getPage(adminEmail)).results;
    expect(owner).toMatchObject({ email: adminEmail, archived: false, userId: Number(app.admin.id) });
    expect((await ownersApi.getById(Number(owner!.id))).id).toBe(owner!.id);
    expect((await ownersApi.getById(owner!.userId!, 'userId')).id).toBe(owner!.id);
  });

  test('nothing of the client for definitions was left out', () => {
    expect(unused(crm, 'definitions', used)).toEqual([]);
  });
});
