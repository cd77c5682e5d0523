// Records over HTTP, as specs of the CRM make and read them.
import type { AnyJson, App } from './app';

export interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
  readonly archived: boolean;
  readonly archivedAt?: string;
  readonly new?: boolean;
  readonly propertiesWithHistory: Record<string, { value: string; sourceType: string; timestamp: string }[]>;
}

export const objects = '/crm/v3/objects';

export const recordCalls = (app: () => App) => ({
  create: (type: string, properties: object, headers?: Record<string, string>) =>
    app().ok<RecordJson>('POST', `${objects}/${type}`, { properties }, headers),
  get: (type: string, id: string, query = '') =>
    app().api<RecordJson>('GET', `${objects}/${type}/${id}${query}`),
});
