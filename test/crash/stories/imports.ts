// The crash suite's story of imports: rows with two object types that are associated with each other, and with a record
// that a cell names.
import type { Asked, Story } from '../crashing';
import { compared, together, type Ledger } from '../tally';

const DEALS = 20;
/** One row in so many is wrong. */
const WRONG = 50;

const column = (columnObjectTypeId: string, columnName: string, more: object) => ({
  ...{ columnObjectTypeId, columnName },
  ...more,
});
const columns = [
  column('0-1', 'Email', { propertyName: 'email', columnType: 'HUBSPOT_ALTERNATE_ID' }),
  column('0-2', 'Domain', { propertyName: 'domain', columnType: 'HUBSPOT_ALTERNATE_ID' }),
  column('0-2', 'Company', { propertyName: 'name' }),
  column('0-1', 'Deal', {
    ...{ toColumnObjectTypeId: '0-3', propertyName: null, columnType: 'HUBSPOT_OBJECT_ID' },
    foreignKeyType: { associationTypeId: 4, associationCategory: 'HUBSPOT_DEFINED' },
  }),
];

interface ImportJob extends Asked {
  readonly name: string;
  readonly rows: number;
}
interface State {
  readonly state: string;
  readonly metadata: { readonly counters: Readonly<Record<string, number>> };
}

const rightRows = ({ rows }: ImportJob) =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => row % WRONG !== 0);

export const imports: Story = {
  kind: 'imports',
  passes: ['records', 'associations'],
  async tell(crashing): Promise<Ledger> {
    const { api } = crashing;
    const rows = Math.max(300, crashing.quota * 60);
    const deals = await crashing.create(
      'deals',
      Array.from({ length: DEALS }, (_, n) => ({ dealname: `Deal ${n}` })),
    );
    const begin = async (): Promise<ImportJob> => {
      const name = crashing.name('imported');
      const lines = Array.from({ length: rows }, (_, row) => {
        const email = row % WRONG === 0 ? 'no address' : `${name}-${row}@crash.example`;
        return `${email},${name}-${row}.example,${name} ${row},${row % WRONG === 0 ? '' : deals[row % DEALS]}`;
      });
      const form = new FormData();
      const fileImportPage = { hasHeader: true, columnMappings: columns };
      const files = [{ fileName: 'rows.csv', fileFormat: 'CSV', fileImportPage }];
      form.set('importRequest', JSON.stringify({ name, files }));
      form.set('files', new Blob([['Email,Domain,Company,Deal', ...lines].join('\r\n')]), 'rows.csv');
      return { ...(await api.call<Asked>('POST', '/crm/v3/imports', form)), name, rows };
    };
    const stateOf = ({ id }: Asked) => api.get<State>(`/crm/v3/imports/${id}`);
    const passOf = async (job: ImportJob) => {
      const { state, metadata } = await stateOf(job);
      if (!['STARTED', 'PROCESSING'].includes(state)) return undefined;
      const { TOTAL_ROWS: done = 0 } = metadata.counters;
      return done >= job.rows ? 'associations' : 'records';
    };
    const jobs = await crashing.jobs('imports', begin, passOf);
    const ledgers: Ledger[] = [];
    for (const job of jobs) {
      const right = rightRows(job);
      const contacts = await crashing.values('contacts', 'email', `${job.name}-`);
      const companies = await crashing.values('companies', 'domain', `${job.name}-`);
      const rowOf = (text: string) => /-(\d+)[@.]/.exec(text.slice(job.name.length))![1]!;
      const contactOf = new Map([...contacts].map(([id, email]) => [rowOf(email), id]));
      const companyOf = new Map([...companies].map(([id, domain]) => [rowOf(domain), id]));
      const ids = [...contacts.keys()];
      const pairs = (other: (row: number) => string | undefined) =>
        right.map((row) => `${contactOf.get(String(row))}>${other(row)}`);
      const { state, metadata } = await stateOf(job);
      const { TOTAL_ROWS, CREATED_CONTACTS, CREATED_COMPANIES, CREATED_ASSOCIATIONS } = metadata.counters;
      const wrong = job.rows - right.length;
      type Line = { sourceData: { lineNumber: number }; errorType: string };
      const errors = await crashing.pages<Line>(`/crm/v3/imports/${job.id}/errors`);
      ledgers.push(
        compared(
          right.map((row) => `${job.name}-${row}@crash.example`),
          contacts.values(),
        ),
        compared(
          Array.from({ length: job.rows }, (_, row) => `${job.name}-${row}.example`),
          companies.values(),
        ),
        compared(
          pairs((row) => companyOf.get(String(row))),
          await crashing.associated('contacts', 'companies', ids),
        ),
        compared(
          pairs((row) => deals[row % DEALS]),
          await crashing.associated('contacts', 'deals', ids),
        ),
        compared(
          Array.from({ length: wrong }, (_, n) => `row ${n * WRONG + 2}`),
          errors.map(({ sourceData }) => `row ${sourceData.lineNumber}`),
        ),
        compared(
          [`DONE ${job.rows} ${right.length} ${job.rows} ${right.length * 2}`],
          [`${state} ${TOTAL_ROWS} ${CREATED_CONTACTS} ${CREATED_COMPANIES} ${CREATED_ASSOCIATIONS}`],
        ),
      );
    }
    return together(...ledgers);
  },
};
