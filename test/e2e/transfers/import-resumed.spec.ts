// An import that was stopped goes on and leaves nothing of it out, whichever of its passes it was stopped in.
import { randomUUID } from 'node:crypto';
import { startApp, type App } from '../../support/servers/app';
import { ended, importForm, steps, type ImportAnswer, type RecordAnswer } from '../../support/importing';

const ROWS = 1_600;
const FIRMS = 20;
const host = `${randomUUID().slice(0, 8)}.test`;

let app: App;
let firms: string[];
beforeAll(async () => {
  app = await startApp();
  const inputs = Array.from({ length: FIRMS }, (_, n) => ({ properties: { name: `Firm ${n} of ${host}` } }));
  const made = await app.ok('POST', '/crm/v3/objects/companies/batch/create', { inputs });
  firms = made.results.map(({ id }) => id);
});
afterAll(() => app.close());

/** The e-mail addresses of the contacts of a firm. */
async function contactsOf(firm: string): Promise<(string | null | undefined)[]> {
  const path = `/crm/v4/objects/companies/${firm}/associations/contacts?limit=500`;
  type Page = { results: { toObjectId: number | string }[] };
  const { results } = await app.ok<Page>('GET', path);
  const emails: (string | null | undefined)[] = [];
  for (let start = 0; start < results.length; start += 100) {
    const inputs = results.slice(start, start + 100).map(({ toObjectId }) => ({ id: String(toObjectId) }));
    const read = await app.ok<{ results: RecordAnswer[] }>('POST', '/crm/v3/objects/contacts/batch/read', {
      ...{ inputs, properties: ['email'] },
    });
    emails.push(...read.results.map(({ properties }) => properties['email']));
  }
  return emails.sort();
}

const passes = [
  ['records', (done: number) => done > 0],
  ['associations', (done: number) => done > ROWS / 2 + 1],
] as const;

test.each(passes)('stopped while it writes %s, it makes every association', async (pass, isThere) => {
  const emailOf = (row: number) => `${pass}-${row}@${host}`;
  const lines = Array.from({ length: ROWS }, (_, row) => `${emailOf(row)},${firms[row % FIRMS]}`);
  const form = importForm({
    ...{ csv: ['Mail,Firm', ...lines].join('\n'), type: '0-1', columns: { Mail: 'email' } },
    also: [
      {
        ...{ columnObjectTypeId: '0-1', toColumnObjectTypeId: '0-2', columnName: 'Firm' },
        ...{ propertyName: null, columnType: 'HUBSPOT_OBJECT_ID' },
        foreignKeyType: { associationTypeId: 279, associationCategory: 'HUBSPOT_DEFINED' },
      },
    ],
  });
  const { id } = await app.ok<ImportAnswer>('POST', '/crm/v3/imports', form);
  for await (const { done } of steps(app, id)) if (isThere(done)) break;
  await app.restart();
  const done = await ended(app, id);
  expect(done.state).toBe('DONE');
  expect(done.metadata.counters).toMatchObject({
    ...{ TOTAL_ROWS: ROWS, CREATED_CONTACTS: ROWS, CREATED_ASSOCIATIONS: ROWS, ERRORS: 0 },
  });
  for (const [n, firm] of firms.entries()) {
    const asked = Array.from({ length: ROWS / FIRMS }, (_, k) => emailOf(n + k * FIRMS));
    const there = await contactsOf(firm);
    expect(there.filter((email) => email?.startsWith(pass))).toEqual(asked.sort());
  }
});
