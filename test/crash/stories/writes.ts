// The crash suite's stories of writes: several clients create, change and merge records, and repeat each write until it
// is acknowledged.
import type { Page } from '../../demo/api';
import type { Asked, Crashing, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

const CLIENTS = 6;
/** Records whose histories one request may ask for. */
const HISTORIES = 50;
const CONTACTS = '/crm/v3/objects/contacts';

/** Lets several clients work while the server is killed, each time once what is to be hit is under way. */
export async function striking(
  crashing: Crashing,
  kind: string,
  pass: string,
  work: () => Promise<void>,
  underWay: () => Promise<void> = async () => undefined,
): Promise<void> {
  const client = async () => {
    // At least one round: a kill must find work that has begun.
    do await work();
    while (crashing.tally.isOpen(kind));
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  while (crashing.tally.isOpen(kind)) {
    await underWay();
    await crashing.strike(kind, pass, 500);
  }
  await clients;
}

export const writes: Story = {
  kind: 'writes',
  passes: ['writes'],
  async tell(crashing): Promise<Ledger> {
    const written: { id: string; email: string; values: string[] }[] = [];
    await striking(crashing, 'writes', 'writes', async () => {
      const name = crashing.name('written');
      const email = `${name}@crash.example`;
      const create = { properties: { email, jobtitle: `${name}/0` } };
      const { id } = await crashing.acknowledged<Asked>('POST', CONTACTS, create);
      const entry = { id, email, values: [`${name}/0`] };
      written.push(entry);
      for (let change = 1; change <= 3; change++) {
        const jobtitle = `${name}/${change}`;
        await crashing.acknowledged('PATCH', `${CONTACTS}/${id}`, { properties: { jobtitle } });
        entry.values.push(jobtitle);
      }
    });
    const there = await crashing.values('contacts', 'email', 'written-');
    const histories: string[] = [];
    for (let start = 0; start < written.length; start += HISTORIES) {
      const inputs = written.slice(start, start + HISTORIES).map(({ id }) => ({ id }));
      type Read = Page<{ propertiesWithHistory: { jobtitle: { value: string }[] } }>;
      const body = { inputs, properties: [], propertiesWithHistory: ['jobtitle'] };
      const { results } = await crashing.api.post<Read>(`${CONTACTS}/batch/read`, body);
      for (const { propertiesWithHistory } of results)
        histories.push(...propertiesWithHistory.jobtitle.map(({ value }) => value));
    }
    return together(
      compared(
        written.map(({ id, email }) => `${id} ${email}`),
        [...there].map(([id, email]) => `${id} ${email}`),
      ),
      compared(
        written.flatMap(({ values }) => values),
        histories,
      ),
    );
  },
};

export const merges: Story = {
  kind: 'merges',
  passes: ['merges'],
  async tell(crashing): Promise<Ledger> {
    const merged: { survivor: string; other: string; companies: string[] }[] = [];
    await striking(crashing, 'merges', 'merges', async () => {
      const create = async (type: string, properties: object) =>
        (await crashing.acknowledged<Asked>('POST', `/crm/v3/objects/${type}`, { properties })).id;
      const pair: string[] = [];
      const companies: string[] = [];
      for (let n = 0; n < 2; n++) {
        const name = crashing.name('merged');
        const [contact, company] = [
          await create('contacts', { email: `${name}@crash.example` }),
          await create('companies', { name }),
        ];
        const path = `/crm/v4/objects/contacts/${contact}/associations/default/companies/${company}`;
        await crashing.acknowledged('PUT', path);
        pair.push(contact);
        companies.push(company);
      }
      const [survivor, other] = pair as [string, string];
      const body = { primaryObjectId: survivor, objectIdToMerge: other };
      await crashing.acknowledged('POST', `${CONTACTS}/merge`, body);
      merged.push({ survivor, other, companies });
    });
    const there = await crashing.values('contacts', 'email', 'merged-');
    const names: string[] = [];
    for (const { other } of merged) {
      const read = await crashing.api.get<Asked>(`${CONTACTS}/${other}`);
      names.push(`${other}=${read.id}`);
    }
    const survivors = merged.map(({ survivor }) => survivor);
    return together(
      compared(survivors, there.keys()),
      compared(
        merged.map(({ survivor, other }) => `${other}=${survivor}`),
        names,
      ),
      compared(
        merged.flatMap(({ survivor, companies }) => companies.map((company) => `${survivor}>${company}`)),
        await crashing.associated('contacts', 'companies', survivors),
      ),
    );
  },
};
