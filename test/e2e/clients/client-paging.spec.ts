// HubSpot's own client pages through everything while it changes.
import type { Client } from '@hubspot/api-client';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { client as clientOf } from '../../support/client-surface';

let app: App;
let client: Client;
beforeAll(async () => {
  app = await startApp(ownLog);
  client = clientOf(app, 14);
});
afterAll(() => app.close());

test('paging through more than 10,000 records has no holes and no repeats while they change', async () => {
  const batches = 101;
  const ids: string[] = [];
  const batch = async (n: number) => {
    const inputs = Array.from({ length: 100 }, (_, i) => ({
      properties: { hs_call_title: `call ${n * 100 + i}`, hs_call_duration: String(i) },
      associations: [],
    }));
    const created = await client.crm.objects.batchApi.create('calls', { inputs });
    ids.push(...created.results.map(({ id }) => id));
  };
  for (let n = 0; n < batches; n += 4)
    await Promise.all([n, n + 1, n + 2, n + 3].filter((one) => one < batches).map(batch));
  const seen: string[] = [];
  const archived = new Set<string>();
  for (let after: string | undefined; ;) {
    const page = await client.crm.objects.basicApi.getPage('calls', 100, after);
    seen.push(...page.results.map(({ id }) => id));
    after = page.paging?.next?.after;
    if (after === undefined) break;
    // Somebody changes what was shown and archives what is still to come.
    if (seen.length % 1_000 === 0) {
      await client.crm.objects.basicApi.update('calls', seen[0]!, {
        properties: { hs_call_title: `at ${after}` },
      });
      const ahead = [...ids].sort().at(-1 - archived.size)!;
      await client.crm.objects.basicApi.archive('calls', ahead);
      archived.add(ahead);
    }
  }
  expect(seen).toEqual(ids.filter((id) => !archived.has(id)).sort());
  const found: string[] = [];
  for (let after = '0'; ;) {
    const page = await client.crm.objects.searchApi.doSearch('calls', {
      filterGroups: [],
      properties: ['hs_call_duration'],
      sorts: ['-hs_call_duration'],
      limit: 200,
      after,
    });
    expect(page.total).toBe(seen.length);
    found.push(...page.results.map(({ id }) => id));
    const next = page.paging?.next?.after;
    if (next === undefined) break;
    after = next;
  }
  expect(new Set(found).size).toBe(found.length);
  expect([...found].sort()).toEqual(seen);
}, 600_000);
