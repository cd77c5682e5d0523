// What makes a backup readable alone, and its text: the definitions at the position behind the columns, the ids of
// stages, association types and owners.
import type { AdoptedPipeline } from '../../crm/pipelines/adopted-pipelines';
import { breathe } from '../../eventsourcing/breath';

/** The file's name in the ZIP. */
export const DEFINITIONS = 'definitions.json';

export interface TypeDefinitions {
  /** As in the names of CSVs. */
  readonly name: string;
  readonly objectTypeId: string;
  readonly custom: boolean;
  readonly archived: boolean;
  readonly labels: { readonly singular: string; readonly plural: string };
  readonly description: string;
  readonly primaryDisplayProperty: string;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  readonly allowsSensitiveProperties: boolean;
  readonly groups: readonly object[];
  readonly pipelines: readonly AdoptedPipeline[];
  /** In byte order of their names. */
  readonly properties: readonly ({ readonly name: string } & object)[];
}

export interface Definitions {
  readonly objectTypes: readonly TypeDefinitions[];
  /** Each direction of a type by itself. */
  readonly associationTypes: readonly object[];
  readonly owners: readonly object[];
}

/** JSON with a line for each property, association type and owner. The same definitions give the same bytes. */
export async function definitionsText({
  objectTypes,
  associationTypes,
  owners,
}: Definitions): Promise<string> {
  const types: string[] = [];
  for (const { properties, ...type } of objectTypes) {
    const rest = JSON.stringify(type).slice(0, -1);
    types.push(`${rest},"properties":${await lines(properties)}}`);
  }
  const listed = types.length > 0 ? `[\n${types.join(',\n')}\n]` : '[]';
  return `{"objectTypes":${listed},\n"associationTypes":${await lines(associationTypes)},\n"owners":${await lines(owners)}}\n`;
}

async function lines(items: readonly object[]): Promise<string> {
  if (items.length === 0) return '[]';
  const texts: string[] = [];
  for (const item of items) {
    // Options of one property may be a megabyte, and there may be a thousand properties.
    await breathe();
    texts.push(JSON.stringify(item));
  }
  return `[\n${texts.join(',\n')}\n]`;
}
