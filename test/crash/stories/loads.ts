// The crash suite's story of loads: a ZIP with columns that no property has, ids that are taken, and associations.
import type { LoadView } from '../../../src/loads/load.queries';
import { LOADS, loadForm, zipOf } from '../../support/loads/loading';
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

const TAKEN = 20;
const COLUMNS = 12;

interface Job extends Asked {
  readonly name: string;
  readonly rows: number;
}

export const loads: Story = {
  kind: 'loads',
  passes: ['plan', 'definitions', 'records', 'associations'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const rows = Math.max(300, crashing.quota * 40);
    const taken = await crashing.create(
      'contacts',
      Array.from({ length: TAKEN }, (_, n) => ({ lastname: `Taken ${n}` })),
    );
    // Ids that nobody has, of a row of their own for each job.
    let next = 20_000_000_000;
    const begin = async (): Promise<Job> => {
      const name = crashing.name('loaded');
      const first = (next += 1_000_000);
      const added = Array.from({ length: COLUMNS }, (_, n) => `${name.replace('-', '_')}_${n}`);
      const contacts = Array.from({ length: rows }, (_, row) =>
        [
          row < TAKEN ? taken[row] : first + row,
          ...[`${name}-${row}@crash.example`, first + row],
          ...added.map((column) => `${column} ${row}`),
        ].join(),
      );
      const companies = Array.from({ length: rows }, (_, row) => `${first + row},${name}-${row}.example`);
      const zip = await zipOf({
        'contacts.csv': ['Record ID,Email,Associated Company IDs,' + added.join(), ...contacts].join('\r\n'),
        'companies.csv': ['Record ID,Company Domain Name', ...companies].join('\r\n'),
      });
      await crashing.stepUp();
      return {
        ...(await api.call<Asked>('POST', LOADS, loadForm(zip, { createDefinitions: true }))),
        name,
        rows,
      };
    };
    const stateOf = ({ id }: Asked) => api.get<LoadView>(`${LOADS}/${id}`);
    const passOf = async (job: Job) => {
      const { status, plan, counts } = await stateOf(job);
      if (status !== 'QUEUED' && status !== 'RUNNING') return undefined;
      if (!plan) return 'plan';
      if (counts.definitions === 0) return 'definitions';
      return counts.rows < 2 * job.rows ? 'records' : 'associations';
    };
    const ledgers: Ledger[] = [];
    for (const job of await crashing.jobs('loads', begin, passOf)) {
      const contacts = await crashing.values('contacts', 'email', `${job.name}-`);
      const companies = await crashing.values('companies', 'domain', `${job.name}-`);
      const rowOf = (text: string) => /-(\d+)[@.]/.exec(text.slice(job.name.length))![1]!;
      const contactOf = new Map([...contacts].map(([id, email]) => [rowOf(email), id]));
      const companyOf = new Map([...companies].map(([id, domain]) => [rowOf(domain), id]));
      const all = Array.from({ length: job.rows }, (_, row) => String(row));
      const { status, counts, error } = await stateOf(job);
      ledgers.push(
        compared(
          all.map((row) => `${job.name}-${row}@crash.example`),
          contacts.values(),
        ),
        compared(
          all.map((row) => `${job.name}-${row}.example`),
          companies.values(),
        ),
        compared(
          all.map((row) => `${contactOf.get(row)}>${companyOf.get(row)}`),
          await crashing.associated('contacts', 'companies', [...contacts.keys()]),
        ),
        compared(
          [`COMPLETED ${3 * job.rows} ${job.rows} ${job.rows} ${TAKEN} ${job.rows} ${COLUMNS} undefined`],
          [
            `${status} ${counts.rows} ${counts.records['contacts']} ${counts.records['companies']} ${counts.mapped} ` +
              `${counts.associated} ${counts.definitions} ${error}`,
          ],
        ),
      );
    }
    return together(...ledgers);
  },
};
