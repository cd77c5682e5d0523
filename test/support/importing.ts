// Imports over the API, for e2e specs: sends a CSV as HubSpot's clients do, and follows the import to its end.
import type { App, Answer } from './servers/app';

export interface ImportAnswer {
  readonly id: string;
  readonly state: string;
  readonly importName: string;
  readonly importSource?: string;
  readonly metadata: { readonly counters: Readonly<Record<string, number>> };
  readonly error?: string;
}

export interface Importing {
  readonly csv: string | Uint8Array | Blob;
  /** HubSpot's type id, such as `0-1`. */
  readonly type: string;
  /** Property by column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly operation?: 'CREATE' | 'UPDATE' | 'UPSERT';
  /** The column that identifies records. */
  readonly key?: { readonly column: string; readonly type: 'HUBSPOT_OBJECT_ID' | 'HUBSPOT_ALTERNATE_ID' };
  /** More column mappings, as they are sent. */
  readonly also?: readonly object[];
  readonly dateFormat?: string;
  readonly dryRun?: boolean;
  readonly encoding?: string;
  readonly name?: string;
}

export function importForm({ csv, type, columns, key, ...asked }: Importing): FormData {
  const request = {
    name: asked.name ?? 'Import',
    ...(asked.operation && { importOperations: { [type]: asked.operation } }),
    ...(asked.dateFormat && { dateFormat: asked.dateFormat }),
    ...(asked.dryRun && { dryRun: true }),
    files: [
      {
        fileName: 'file.csv',
        fileFormat: 'CSV',
        ...(asked.encoding && { encoding: asked.encoding }),
        fileImportPage: {
          hasHeader: true,
          columnMappings: [
            ...Object.entries(columns).map(([columnName, propertyName]) => ({
              columnObjectTypeId: type,
              columnName,
              propertyName:
                key?.column === columnName && key.type === 'HUBSPOT_OBJECT_ID' ? null : propertyName,
              ...(key?.column === columnName && { columnType: key.type }),
            })),
            ...(asked.also ?? []),
          ],
        },
      },
    ],
  };
  const form = new FormData();
  form.append('importRequest', JSON.stringify(request));
  form.append('files', new Blob([csv], { type: 'text/csv' }), 'file.csv');
  return form;
}

type Headers = Readonly<Record<string, string>>;

export const startImport = (app: App, asked: Importing, headers?: Headers): Promise<ImportAnswer> =>
  app.ok<ImportAnswer>('POST', '/crm/v3/imports', importForm(asked), headers);

export const refusedImport = (app: App, form: FormData): Promise<Answer<unknown>> =>
  app.api('POST', '/crm/v3/imports', form);

/**
 * Lets an app append `count` times to streams that begin with `prefix`; the next append waits until the returned
 * function is called.
 */
export function heldAfter(app: App, prefix: string, count: number): () => void {
  const { eventStore } = app.engine;
  const append = eventStore.append.bind(eventStore);
  let letOn = (): void => undefined;
  const free = new Promise<void>((resolve) => (letOn = resolve));
  let left = count;
  eventStore.append = async (...asked) => {
    if (asked[0].startsWith(prefix) && --left < 0) await free;
    return append(...asked);
  };
  return letOn;
}

export interface Step {
  readonly done: number;
  readonly total: number;
  readonly state: string;
}

/** The progress of an import, step by step as the server sends it, until the import has ended. */
export async function* steps(app: App, id: string): AsyncGenerator<Step> {
  const response = await fetch(`${app.url}/crm/v3/imports/${id}/progress`, {
    headers: { authorization: `Bearer ${app.admin.token}` },
  });
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as Step;
  }
}

/** The import when it has ended. */
export async function ended(app: App, id: string): Promise<ImportAnswer> {
  for await (const _ of steps(app, id));
  return app.ok<ImportAnswer>('GET', `/crm/v3/imports/${id}`);
}

export const importCsv = async (app: App, asked: Importing, headers?: Headers): Promise<ImportAnswer> =>
  ended(app, (await startImport(app, asked, headers)).id);

export interface RecordAnswer {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}

/** All live records of a type with some of their values. */
export async function allRecords(
  app: App,
  objectType: string,
  properties: readonly string[],
): Promise<RecordAnswer[]> {
  const found: RecordAnswer[] = [];
  for (let after: string | undefined; ;) {
    const page = await app.ok<{ results: RecordAnswer[]; paging?: { next: { after: string } } }>(
      'GET',
      `/crm/v3/objects/${objectType}?limit=100&properties=${properties.join()}${after ? `&after=${after}` : ''}`,
    );
    found.push(...page.results);
    after = page.paging?.next.after;
    if (after === undefined) return found;
  }
}
