// The crash suite's story of undos: what a key changed, deleted, created and associated is taken back, while others write
// to the same records at full speed.
import type { Asked, Crashing, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

interface Job extends Asked {
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number };
}

interface Undoing {
  readonly planId: string;
  restoreId?: string;
  readonly added: number;
}

const CONTACTS = '/crm/v3/objects/contacts';
const LINKS = '/crm/v4/associations/contacts/companies/batch';
const WRITERS = 3;

/** Writes to the city of some contacts, without a pause, until it is stopped; answers what was acknowledged. */
function writing(crashing: Crashing, ids: readonly string[]) {
  const written = new Map(ids.map((id) => [id, [] as string[]]));
  const { token } = crashing.api;
  let goesOn = true;
  const write = async (id: string) => {
    while (goesOn) {
      const city = crashing.name('city');
      await crashing.acknowledged('PATCH', `${CONTACTS}/${id}`, { properties: { city } }, { token });
      written.get(id)!.push(city);
    }
  };
  const done = Promise.all(ids.map(write));
  return async () => {
    goesOn = false;
    await done;
    return written;
  };
}

/** The values that a property of a contact has had, the oldest first. */
async function valuesOf({ api }: Crashing, id: string, property: string): Promise<string[]> {
  type Read = { propertiesWithHistory: Record<string, { value: string }[]> };
  const path = `${CONTACTS}/${id}?propertiesWithHistory=${property}`;
  const { propertiesWithHistory } = await api.get<Read>(path);
  return (propertiesWithHistory[property] ?? []).map(({ value }) => value).reverse();
}

export const undos: Story = {
  kind: 'undos',
  passes: ['plan', 'rows', 'pairs'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    await crashing.stepUp();
    const key = await api.post<Asked & { token: string }>('/auth/v1/api-keys', {
      name: 'undone',
      scopes: ['crm.objects.read', 'crm.objects.write'],
    });
    const codes = await crashing.secondFactor();
    const count = Math.max(200, crashing.quota * 60);
    const made = (of: string) => crashing.create('contacts', named(of, count));
    const named = (of: string, many: number) =>
      Array.from({ length: many }, () => ({ email: `${crashing.name(of)}@crash.example` }));
    const [kept, gone] = [await made('undone'), await made('undone')];
    const companies = await crashing.create(
      'companies',
      kept.map(() => ({ name: crashing.name('undone') })),
    );
    const pairs = (ahead: number) =>
      kept.map((id, n) => ({ from: { id }, to: { id: companies[(n + ahead) % companies.length]! } }));
    await api.post(`${LINKS}/associate/default`, { inputs: pairs(0) });
    const own = api.token;
    const asKey = async (work: () => Promise<unknown>) => {
      api.token = key.token;
      await work();
      api.token = own;
    };
    const retitle = (title: string) =>
      crashing.batch(
        'contacts',
        'update',
        kept.map((id) => ({ id, properties: { jobtitle: title } })),
      );
    const jobs: Undoing[] = [];
    const begin = async (): Promise<Undoing> => {
      await retitle(`then ${jobs.length}`);
      // Of a comparison, its second instant is the position just before what is to be undone.
      const path = '/time-travel/v1/compare';
      const { to } = await api.post<{ to: string }>(path, { from: '0', objectTypes: ['deals'] });
      await asKey(async () => {
        await retitle('spoiled');
        await crashing.batch(
          'contacts',
          'archive',
          gone.map((id) => ({ id })),
        );
        await crashing.create('contacts', named('astray', count / 2));
        const removed = pairs(0).map(({ from, to }) => ({ from, to: [to] }));
        await api.post(`${LINKS}/archive`, { inputs: removed });
        await api.post(`${LINKS}/associate/default`, { inputs: pairs(1) });
      });
      const body = { cause: { apiKeyId: key.id }, from: String(BigInt(to) + 1n) };
      const { id: planId } = await api.post<Job>('/restores/v1/plans/undo', body);
      const job = { planId, added: count / 2 };
      jobs.push(job);
      return job;
    };
    const read = ({ restoreId }: Undoing) => api.get<Job>(`/restores/v1/restores/${restoreId}`);
    const passOf = async (job: Undoing) => {
      if (!job.restoreId) {
        const { status } = await api.get<Job>(`/restores/v1/plans/${job.planId}`);
        if (status === 'PLANNING') return 'plan';
        const confirm = { changesData: true, overwritesValues: true, reason: 'A key gone astray' };
        const body = { confirm, totp: await codes.awaited() };
        const path = `/restores/v1/plans/${job.planId}/execute`;
        Object.assign(job, await api.post<{ restoreId: string }>(path, body));
      }
      const { status, progress } = await read(job);
      if (!['QUEUED', 'RUNNING'].includes(status)) return undefined;
      return progress.done >= kept.length + gone.length + job.added ? 'pairs' : 'rows';
    };
    const stop = writing(crashing, kept.slice(0, WRITERS));
    await crashing.jobs('undos', begin, passOf, 40, { inTheMiddle: true });
    const written = await stop();

    const ledgers: Ledger[] = [];
    for (const job of jobs) {
      const { status, outcomes } = await read(job);
      const { changed, recreated, archived, drifted, refused } = outcomes;
      const associated = outcomes['associated']! + outcomes['disassociated']!;
      ledgers.push(
        compared(
          [`COMPLETED ${kept.length} ${gone.length} ${job.added} ${2 * kept.length} 0 0`],
          [`${status} ${changed} ${recreated} ${archived} ${associated} ${drifted} ${refused}`],
        ),
      );
    }
    const there = await crashing.values('contacts', 'email', 'undone-');
    const astray = await crashing.values('contacts', 'email', 'astray-');
    ledgers.push(compared([...kept, ...gone], there.keys()), compared([], astray.keys()));
    ledgers.push(
      compared(
        pairs(0).map(({ from, to }) => `${from.id}>${to.id}`),
        await crashing.associated('contacts', 'companies', kept),
      ),
    );
    const titles = jobs.flatMap((_, n) => [`then ${n}`, 'spoiled', `then ${n}`]);
    for (const id of [kept[0]!, kept.at(-1)!])
      ledgers.push(
        compared([JSON.stringify(titles)], [JSON.stringify(await valuesOf(crashing, id, 'jobtitle'))]),
      );
    for (const [id, cities] of written) ledgers.push(compared(cities, await valuesOf(crashing, id, 'city')));
    return together(...ledgers);
  },
};
