// The story of a custom object type: n cars go through import, search, update, association, backup, archiving, recycle
// bin and restore. Every step counts over the API, and fails where a count is wrong.
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parse } from 'csv-parse';
import type { App } from './servers/app';
import { ended as importEnded, startImport } from './importing';
import { inFlight } from './servers/inside';
import { unzipped } from './unzip';

export interface Step {
  readonly what: string;
  readonly seconds: number;
  /** What the step counted, by a name for each count; each has the value that it must have. */
  readonly counts: Readonly<Record<string, number>>;
}
type Counts = Step['counts'];

interface Listed {
  readonly total: number;
  readonly results: readonly { readonly id: string; readonly properties: Record<string, string | null> }[];
  readonly paging?: { readonly next: { readonly after: string } };
}
interface Job {
  readonly id: string;
  readonly status: string;
  readonly counts: Counts;
  readonly outcomes: Counts;
  readonly summary: Counts;
}

const COLOURS = ['red', 'green', 'blue', 'white'] as const;
const CARS = '/crm/v3/objects/car';
const BATCH = 100;
const PAIRS = 2_000;
const PAGE = 200;
const IN_FLIGHT = 8;
/** Cars of one owner. */
const FLEET = 100;

const text = (name: string, more: object = {}) => ({
  ...{ name, label: name, type: 'string', fieldType: 'text' },
  ...more,
});
const schema = {
  name: 'car',
  labels: { singular: 'Car', plural: 'Cars' },
  primaryDisplayProperty: 'model',
  requiredProperties: ['vin'],
  searchableProperties: ['model', 'vin'],
  associatedObjects: ['contacts'],
  properties: [
    text('vin', { hasUniqueValue: true }),
    text('model'),
    text('doors', { type: 'number', fieldType: 'number' }),
    text('colour', {
      ...{ type: 'enumeration', fieldType: 'select' },
      options: [...COLOURS, 'black'].map((value) => ({ label: value, value })),
    }),
  ],
};

const rowOf = (n: number): string => `VIN-${n},Model ${n % 50},${2 + (n % 4)},${COLOURS[n % 4]}`;
const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

/** Tells the story with `n` cars. `n` must be a multiple of 400, so that all parts are whole numbers. */
export async function carStory(app: App, n: number, told: (step: Step) => void): Promise<void> {
  if (n % 400 !== 0) throw new Error('n must be a multiple of 400');
  // A long story outlasts the ten minutes for which a session may fetch files.
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'fetches backups',
    scopes: ['backups'],
  });
  const step = async (what: string, work: () => Promise<Counts>) => {
    const started = performance.now();
    const counts = await work();
    told({ what, seconds: (performance.now() - started) / 1000, counts });
  };
  const is = (actual: Counts, expected: Counts): Counts => {
    for (const [name, count] of Object.entries(expected))
      if (actual[name] !== count) throw new Error(`${name}: ${actual[name]} where it must be ${count}`);
    return Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]!]));
  };
  const follow = async (path: string): Promise<Job> => {
    await app.ok('GET', `${path}/progress`);
    return app.ok<Job>('GET', path);
  };
  const total = async (colour: string): Promise<number> => {
    const filters = [{ propertyName: 'colour', operator: 'EQ', value: colour }];
    return (await app.ok<Listed>('POST', `${CARS}/search`, { filterGroups: [{ filters }] })).total;
  };
  const owned = async (owner: string): Promise<number> => {
    const path = `/crm/v4/objects/contacts/${owner}/associations/car?limit=500`;
    return (await app.ok<Listed>('GET', path)).results.length;
  };
  /** The number of distinct ids on all pages. */
  const walk = async (
    ask: (after: string | undefined) => Promise<Listed>,
    take?: (id: string) => void,
  ): Promise<number> => {
    const seen = new Set<string>();
    for (let after: string | undefined; ;) {
      const page = await ask(after);
      for (const { id } of page.results) {
        if (seen.has(id)) throw new Error(`${id} is on two pages`);
        seen.add(id);
        take?.(id);
      }
      after = page.paging?.next.after;
      if (after === undefined) return seen.size;
    }
  };
  const inBatches = async <T>(all: readonly T[], size: number, send: (part: T[]) => Promise<unknown>) =>
    inFlight(chunks(all, size), IN_FLIGHT, send);
  const update = (ids: readonly string[], properties: object) =>
    inBatches(ids, BATCH, (part) =>
      app.ok('POST', `${CARS}/batch/update`, { inputs: part.map((id) => ({ id, properties })) }),
    );
  const listed = (path: string) => (after: string | undefined) =>
    app.ok<Listed>('GET', `${path}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`);

  const ids: string[] = [];
  const owners: string[] = [];
  const half = () => ids.slice(0, n / 2);
  let backup!: Job;
  let before: string;

  await step('define the object', async () => {
    const { results } = await app.ok<Listed>('GET', '/crm-object-schemas/v3/schemas');
    const { objectTypeId } = await app.ok<{ objectTypeId: string }>(
      'POST',
      '/crm-object-schemas/v3/schemas',
      schema,
    );
    if (!/^2-\d+$/.test(objectTypeId)) throw new Error(`${objectTypeId} is not the id of a custom object`);
    return { schemas: results.length + 1 };
  });
  await step('import', async () => {
    const csv = [
      'vin,model,doors,colour',
      ...Array.from({ length: n }, (_, i) => rowOf(i)),
      'VIN-0,Twice,2,red',
    ];
    const columns = { vin: 'vin', model: 'model', doors: 'doors', colour: 'colour' };
    const asked = { csv: csv.join('\n'), type: 'car', columns, operation: 'CREATE' as const };
    const { id } = await startImport(app, asked);
    const { metadata } = await importEnded(app, id);
    return is(metadata.counters, { TOTAL_ROWS: n + 1, CREATED_OBJECTS: n, ERRORS: 1 });
  });
  await step('list all', async () => {
    const count = await walk(listed(`${CARS}?limit=100&properties=vin`), (id) => ids.push(id));
    return is({ listed: count }, { listed: n });
  });
  await step('search', async () => {
    const red = await total('red');
    const query = { query: 'VIN-7', properties: ['vin'], limit: 1 };
    const byText = (await app.ok<Listed>('POST', `${CARS}/search`, query)).total;
    const filterGroups = [{ filters: [{ propertyName: 'doors', operator: 'GTE', value: '4' }] }];
    const sorts = ['-doors'];
    const paged = await walk((after) =>
      app.ok('POST', `${CARS}/search`, { filterGroups, sorts, limit: PAGE, ...(after && { after }) }),
    );
    return is({ red, byText: Math.min(byText, 1), paged }, { red: n / 4, byText: 1, paged: n / 2 });
  });
  await step('update', async () => {
    await update(ids, { model: 'Repainted' });
    const filters = [{ propertyName: 'model', operator: 'EQ', value: 'Repainted' }];
    const { total: updated } = await app.ok<Listed>('POST', `${CARS}/search`, {
      filterGroups: [{ filters }],
    });
    return is({ updated }, { updated: n });
  });
  await step('associate', async () => {
    const contacts = Array.from({ length: n / FLEET }, (_, i) => ({
      properties: { firstname: `Owner ${i}` },
    }));
    for (const inputs of chunks(contacts, BATCH)) {
      const { results } = await app.ok('POST', '/crm/v3/objects/contacts/batch/create', { inputs });
      owners.push(...results.map(({ id }) => id));
    }
    // An owner has cars of the first half and of the second.
    const pairs = ids.map((id, i) => ({ from: { id }, to: { id: owners[i % owners.length]! } }));
    await inBatches(pairs, PAIRS, (inputs) =>
      app.ok('POST', '/crm/v4/associations/car/contacts/batch/associate/default', { inputs }),
    );
    return is({ ofOne: await owned(owners[0]!) }, { ofOne: FLEET });
  });
  await step('back up', async () => {
    const { id } = await app.ok('POST', '/backups/v1/backups', {});
    backup = await follow(`/backups/v1/backups/${id}`);
    const zip = await zipOf(app, backup.id, token);
    before = await digestOf(zip.get('car.csv')!);
    const lines = await linesOf(zip.get('associations.csv')!);
    const counts = { cars: backup.counts.car!, owners: backup.counts.contacts!, associations: lines };
    return is(counts, { cars: n, owners: owners.length, associations: n });
  });
  await step('archive half', async () => {
    await inBatches(half(), BATCH, (part) =>
      app.ok('POST', `${CARS}/batch/archive`, { inputs: part.map((id) => ({ id })) }),
    );
    const left = await walk(listed(`${CARS}?limit=100`));
    return is({ left, ofOne: await owned(owners[0]!) }, { left: n / 2, ofOne: FLEET / 2 });
  });
  await step('look into the bin', async () => {
    const bin = await walk(listed(`/recycle-bin/v1/car?limit=${PAGE}`));
    return is({ bin }, { bin: n / 2 });
  });
  await step('bring all back from the bin', async () => {
    const { id } = await app.ok('POST', '/recycle-bin/v1/car/restore', { filterGroups: [] });
    const { outcomes } = await follow(`/recycle-bin/v1/restores/${id}`);
    const left = await walk(listed(`${CARS}?limit=100`));
    const counts = { restored: outcomes.restored ?? 0, left, ofOne: await owned(owners[0]!) };
    return is(counts, { restored: n / 2, left: n, ofOne: FLEET });
  });
  await step('damage', async () => {
    await update(half(), { colour: 'black', doors: '' });
    return is({ black: await total('black') }, { black: n / 2 });
  });
  await step('plan and restore', async () => {
    const { id } = await app.ok('POST', '/restores/v1/plans', {
      source: { backupId: backup.id },
      objects: [{ objectType: 'car', properties: '*' }],
    });
    const plan = await follow(`/restores/v1/plans/${id}`);
    const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${id}/execute`, {
      confirm: { changesData: true, overwritesValues: true, reason: 'A wrong change' },
      totp: app.totp(),
    });
    const { outcomes } = await follow(`/restores/v1/restores/${restoreId}`);
    const counts = {
      planned: plan.summary.records!,
      changed: outcomes.changed!,
      black: await total('black'),
    };
    return is(counts, { planned: n / 2, changed: n / 2, black: 0 });
  });
  await step('back up again and compare every value', async () => {
    const { id } = await app.ok('POST', '/backups/v1/backups', {});
    const { counts } = await follow(`/backups/v1/backups/${id}`);
    const after = await digestOf((await zipOf(app, id, token)).get('car.csv')!);
    return is({ cars: counts.car!, same: Number(after === before) }, { cars: n, same: 1 });
  });
}

async function zipOf(app: App, backupId: string, token: string): Promise<Map<string, Buffer>> {
  const answer = await fetch(`${app.url}/backups/v1/backups/${backupId}/file`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return unzipped(Buffer.from(await answer.arrayBuffer()));
}

async function linesOf(csv: Buffer): Promise<number> {
  let lines = 0;
  for await (const _ of parse(csv, { from_line: 2 })) lines += 1;
  return lines;
}

/** A hash of all values, without the time of the last change and who made it, which a restore moves. */
async function digestOf(csv: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for await (const row of parse(csv, { columns: true })) {
    const { hs_lastmodifieddate: _, hs_updated_by_user_id: __, ...values } = row as Record<string, string>;
    hash.update(`${JSON.stringify(values)}\n`);
  }
  return hash.digest('hex');
}
