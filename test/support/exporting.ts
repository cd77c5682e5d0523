// Exports over the API, for e2e specs: asks for an export as HubSpot's clients do, and reads the CSV when it is done.
import { parse } from 'csv-parse/sync';
import type { App } from './servers/app';

export interface ExportAnswer {
  readonly id: string;
  readonly exportState: string;
  readonly recordCount?: number;
  readonly fileStatus: string;
  readonly error?: string;
}

export interface TaskAnswer {
  readonly status: string;
  readonly result?: string;
  readonly numErrors: number;
  readonly errors: readonly { readonly message: string }[];
}

export const exportBody = (objectType: string, objectProperties: readonly string[], more: object = {}) => ({
  exportType: 'VIEW',
  format: 'CSV',
  exportName: `All ${objectType}`,
  ...{ objectType, objectProperties, associatedObjectType: [], language: 'EN' },
  exportInternalValuesOptions: ['NAMES', 'VALUES'],
  ...more,
});

/** Asks for an export and answers it when it has ended. */
export async function exported(
  app: App,
  body: object,
  headers?: Record<string, string>,
): Promise<ExportAnswer> {
  const { id } = await app.ok('POST', '/crm/v3/exports/export/async', body, headers);
  await app.ok('GET', `/crm/v3/exports/export/${id}/progress`, undefined, headers);
  return app.ok<ExportAnswer>('GET', `/crm/v3/exports/export/${id}`, undefined, headers);
}

/** The CSV of an export, as it is sent. */
export const csvOf = (app: App, id: string, headers?: Record<string, string>): Promise<string> =>
  app.ok<string>('GET', `/crm/v3/exports/export/${id}/file`, undefined, headers);

/** Asks for an export and answers the rows of its CSV, the header first, without the column that marks exports. */
export async function rowsOf(app: App, body: object, headers?: Record<string, string>): Promise<string[][]> {
  const { id } = await exported(app, body, headers);
  const rows: string[][] = parse(await csvOf(app, id, headers), { bom: true });
  return rows.map((row) => row.slice(0, -1));
}
