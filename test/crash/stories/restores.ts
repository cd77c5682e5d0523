// The crash suite's stories of restores: from a plan, in all of their passes, and from the recycle bin.
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

interface Job extends Asked {
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly progress: { readonly done: number };
}

interface Restoring {
  readonly restoreId: string;
  /** Rows that are carried out before those with a conflict, and before those of pairs. */
  readonly plain: number;
  readonly records: number;
  /** Contacts that were created since. */
  readonly added: readonly string[];
}

export const restores: Story = {
  kind: 'restores',
  passes: ['rows', 'conflicts', 'pairs'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const codes = await crashing.secondFactor();
    const people = Math.max(200, crashing.quota * 60);
    const pairs = Math.max(60, crashing.quota * 15);
    const titleOf = (id: string, round: number) => `${id} then ${round}`;
    const emails = new Map<string, string>();
    const made = async (count: number) => {
      const inputs = Array.from({ length: count }, () => ({
        email: `${crashing.name('restored')}@crash.example`,
      }));
      const ids = await crashing.create('contacts', inputs);
      ids.forEach((id, n) => emails.set(id, inputs[n]!.email));
      return ids;
    };
    const [others, holders, takers] = [await made(people), await made(pairs), await made(pairs)];
    const [ones, twos] = [await made(pairs), await made(pairs)];
    const all = [...others, ...holders, ...takers, ...ones, ...twos];
    const companies = await crashing.create(
      'companies',
      others.map(() => ({ name: crashing.name('restored') })),
    );
    /** Each of the others is associated with one company, and since then with the next one instead. */
    const link = async (what: string, ahead: number) => {
      const inputs = others.map((id, n) => ({
        from: { id },
        to: { id: companies[(n + ahead) % companies.length]! },
      }));
      const isRemoval = what === 'archive';
      await api.post(
        `/crm/v4/associations/contacts/companies/batch/${what}`,
        isRemoval ? { inputs: inputs.map(({ from, to }) => ({ from, to: [to] })) } : { inputs },
      );
    };
    await link('associate/default', 0);
    const update = (ids: readonly string[], of: (id: string, n: number) => Record<string, string>) =>
      crashing.batch(
        'contacts',
        'update',
        ids.map((id, n) => ({ id, properties: of(id, n) })),
      );
    let round = 0;
    /**
     * When the plan is made, a taker has every holder's address: the address can go back only once the taker has its
     * own again. The ones and twos have each other's.
     */
    const begin = async (): Promise<Restoring> => {
      round += 1;
      await update(all, (id) => ({ jobtitle: titleOf(id, round) }));
      const backup = await api.post<Job>('/backups/v1/backups');
      await crashing.ended(`/backups/v1/backups/${backup.id}`);
      await update(holders, () => ({ email: `${crashing.name('moved')}@crash.example`, jobtitle: 'gone' }));
      await update(takers, (_, n) => ({ email: emails.get(holders[n]!)!, jobtitle: 'gone' }));
      await update(others, () => ({ jobtitle: 'gone' }));
      await update(ones, () => ({ email: `${crashing.name('moved')}@crash.example`, jobtitle: 'gone' }));
      await update(twos, (_, n) => ({ email: emails.get(ones[n]!)!, jobtitle: 'gone' }));
      await update(ones, (_, n) => ({ email: emails.get(twos[n]!)! }));
      await link('archive', 0);
      await link('associate/default', 1);
      const added = await crashing.create(
        'contacts',
        takers.map(() => ({ email: `${crashing.name('added')}@crash.example` })),
      );
      const { id } = await api.post<Job>('/restores/v1/plans', {
        source: { backupId: backup.id },
        objects: [{ objectType: 'contacts', properties: ['email', 'jobtitle'] }],
        modes: { restoreAssociations: true, archiveCreatedSince: true },
      });
      await crashing.ended(`/restores/v1/plans/${id}`);
      const confirm = { changesData: true, overwritesValues: true, reason: 'A wrong change' };
      const path = `/restores/v1/plans/${id}/execute`;
      const { restoreId } = await api.post<{ restoreId: string }>(path, {
        confirm,
        totp: await codes.awaited(),
      });
      const plain = others.length + takers.length + added.length;
      return { restoreId, plain, records: all.length + added.length, added };
    };
    const read = ({ restoreId }: Restoring) => api.get<Job>(`/restores/v1/restores/${restoreId}`);
    const passOf = async (job: Restoring) => {
      const { status, progress } = await read(job);
      if (!['QUEUED', 'RUNNING'].includes(status)) return undefined;
      if (progress.done >= job.records) return 'pairs';
      return progress.done >= job.plain ? 'conflicts' : 'rows';
    };
    const jobs = await crashing.jobs('restores', begin, passOf, 40);
    const ledgers: Ledger[] = [];
    for (const job of jobs) {
      const { status, outcomes } = await read(job);
      const { changed, unchanged, drifted, refused, archived, associated, disassociated } = outcomes;
      ledgers.push(
        compared(
          [`COMPLETED ${all.length} 0 0 0 ${job.added.length} ${others.length} ${others.length}`],
          [
            `${status} ${changed} ${unchanged} ${drifted} ${refused} ${archived} ${associated} ${disassociated}`,
          ],
        ),
      );
    }
    const there = await crashing.values('contacts', 'email', 'restored-');
    ledgers.push(
      compared(
        [...emails].map(([id, email]) => `${id} ${email}`),
        [...there].map(([id, email]) => `${id} ${email}`),
      ),
    );
    const addedNow = await crashing.values('contacts', 'email', 'added-');
    ledgers.push(
      compared([`${jobs.length} rounds, 0 left`], [`${round} rounds, ${addedNow.size} left`]),
      compared(
        others.map((id, n) => `${id}>${companies[n]}`),
        await crashing.associated('contacts', 'companies', others),
      ),
    );
    // Each round set a title, replaced it and restored it: once each.
    const rounds = Array.from({ length: round }, (_, n) => n + 1);
    for (const id of [others[0]!, holders[0]!, takers[0]!, ones[0]!, all.at(-1)!, others.at(-1)!]) {
      type Read = { propertiesWithHistory: { jobtitle: { value: string }[] } };
      const path = `/crm/v3/objects/contacts/${id}?propertiesWithHistory=jobtitle`;
      const { propertiesWithHistory } = await api.get<Read>(path);
      const titles = propertiesWithHistory.jobtitle.map(({ value }) => value).reverse();
      const expected = rounds.flatMap((n) => [titleOf(id, n), 'gone', titleOf(id, n)]);
      ledgers.push(compared([JSON.stringify(expected)], [JSON.stringify(titles)]));
    }
    return together(...ledgers);
  },
};

/** One record in so many has lost its e-mail address to another record meanwhile. */
const TAKEN = 50;

export const binRestores: Story = {
  kind: 'bin restores',
  passes: ['pages'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const count = Math.max(300, crashing.quota * 120);
    const kept: { id: string; ids: string[] }[] = [];
    const begin = async () => {
      const lastname = crashing.name('binned');
      const people = Array.from({ length: count }, (_, n) => ({
        ...{ email: `${lastname}-${n}@crash.example`, lastname },
      }));
      const ids = await crashing.create('contacts', people);
      await crashing.batch(
        'contacts',
        'archive',
        ids.map((id) => ({ id })),
      );
      const taken = people.filter((_, n) => n % TAKEN === 0).map(({ email }) => ({ email }));
      await crashing.create('contacts', taken);
      const filters = [{ propertyName: 'lastname', operator: 'EQ', value: lastname }];
      const { id } = await api.post<Job>('/recycle-bin/v1/contacts/restore', { filterGroups: [{ filters }] });
      const job = { id, ids };
      kept.push(job);
      return job;
    };
    const read = (id: string) => api.get<Job>(`/recycle-bin/v1/restores/${id}`);
    const passOf = async ({ id }: Asked) =>
      ['QUEUED', 'RUNNING'].includes((await read(id)).status) ? 'pages' : undefined;
    await crashing.jobs('bin restores', begin, passOf);
    const ledgers: Ledger[] = [];
    for (const { id, ids } of kept) {
      const taken = ids.filter((_, n) => n % TAKEN === 0);
      const { status, outcomes } = await read(id);
      const refused = await crashing.pages<Asked>(`/recycle-bin/v1/restores/${id}/records`);
      const rows = await crashing.pages<object>(`/audit/v1/entries?targetId=${ids[1]}&action=RESTORE`);
      ledgers.push(
        compared(
          [`COMPLETED ${ids.length - taken.length} 0 ${taken.length}`],
          [`${status} ${outcomes['restored']} ${outcomes['live']} ${outcomes['refused']}`],
        ),
        compared(
          taken,
          refused.map((one) => one.id),
        ),
        compared(['1 audit row'], [`${rows.length} audit row`]),
      );
    }
    const live = new Set((await crashing.values('contacts', 'lastname', 'binned-')).keys());
    const back = kept.flatMap(({ ids }) => ids.filter((_, n) => n % TAKEN !== 0));
    return together(...ledgers, compared(back, live));
  },
};
