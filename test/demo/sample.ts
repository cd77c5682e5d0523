// Makes the demo's CRM files, the same at every run: by faker from a fixed seed.
import { faker } from '@faker-js/faker';
import { stringify } from 'csv-stringify/sync';

export interface SampleFile {
  readonly objectType: 'contacts' | 'companies' | 'deals';
  readonly typeId: string;
  readonly key: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly csv: string;
}

const INDUSTRIES = ['BANKING', 'BIOTECHNOLOGY', 'COMPUTER_SOFTWARE', 'RETAIL', 'UTILITIES'];
const STAGES = ['appointmentscheduled', 'qualifiedtobuy', 'contractsent', 'closedwon', 'closedlost'];
const LIFECYCLE = ['subscriber', 'lead', 'opportunity', 'customer'];

const file = (
  objectType: SampleFile['objectType'],
  typeId: string,
  key: string,
  rows: readonly Record<string, string>[],
): SampleFile => {
  const columns = Object.keys(rows[0] ?? {});
  const csv = stringify([...rows], { header: true, columns });
  return { objectType, typeId, key, columns, rows: rows.length, csv };
};

/** `scale` 1 gives 5,000 contacts, 1,000 companies, 3,000 deals. */
export function sampleFiles(scale = 1): SampleFile[] {
  faker.seed(20260101);
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: Math.round(count * scale) }, (_, index) => make(index));

  const companies = times(1_000, (index) => ({
    name: faker.company.name(),
    domain: `company-${index}.example`,
    industry: faker.helpers.arrayElement(INDUSTRIES),
    city: faker.location.city(),
    country: faker.location.country(),
    annualrevenue: String(faker.number.int({ min: 50_000, max: 90_000_000 })),
  }));
  const contacts = times(5_000, (index) => {
    const firstname = faker.person.firstName();
    const lastname = faker.person.lastName();
    return {
      email: `person-${index}@company-${index % companies.length}.example`,
      firstname,
      lastname,
      phone: faker.phone.number(),
      jobtitle: faker.person.jobTitle(),
      city: faker.location.city(),
      lifecyclestage: faker.helpers.arrayElement(LIFECYCLE),
    };
  });
  const deals = times(3_000, (index) => ({
    dealname: `${faker.commerce.productName()} ${index}`,
    amount: faker.finance.amount({ min: 500, max: 250_000 }),
    dealstage: faker.helpers.arrayElement(STAGES),
    closedate: faker.date.between({ from: '2025-01-01', to: '2026-12-31' }).toISOString().slice(0, 10),
  }));
  return [
    file('companies', '0-2', 'domain', companies),
    file('contacts', '0-1', 'email', contacts),
    file('deals', '0-3', 'dealname', deals),
  ];
}

/** A file as it is sent to be imported: contacts by their e-mail address, what is there already included. */
export function importForm({ objectType, typeId, key, columns, csv }: SampleFile): FormData {
  const fileName = `${objectType}.csv`;
  const columnMappings = columns.map((column) => ({
    ...{ columnObjectTypeId: typeId, columnName: column, propertyName: column },
    ...(column === key && key === 'email' && { columnType: 'HUBSPOT_ALTERNATE_ID' }),
  }));
  const request = {
    ...{ name: `Sample ${objectType}`, dateFormat: 'YEAR_MONTH_DAY' },
    importOperations: { [typeId]: key === 'email' ? 'UPSERT' : 'CREATE' },
    files: [{ fileName, fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings } }],
  };
  const form = new FormData();
  form.set('importRequest', JSON.stringify(request));
  form.set('files', new Blob([csv], { type: 'text/csv' }), fileName);
  return form;
}
