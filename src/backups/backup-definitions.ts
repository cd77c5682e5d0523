// Reads all that `definitions.json` of a backup tells, as it was at the position of the backup.
import {
  associationTypesAt,
  labelsOf,
  type AssociationType,
} from '../crm/associations/types/association-types';
import { adoptable } from '../crm/pipelines/adopted-pipelines';
import { definitionsAt, pipelinesAt } from '../crm/properties/definitions';
import { groupsAt } from '../crm/properties/groups/property-group.commands';
import { standardProperties } from '../crm/properties/standard-properties';
import { isSensitive } from '../crm/properties/values/sensitivity';
import { objectTypeAt } from '../crm/schemas/object-types-at';
import type { Streams } from '../eventsourcing/streams';
import { ownersAt } from '../owners/owners-at';
import type { ReadModels } from '../read/read-models';
import type { TypeDefinitions } from './archives/definitions';

export interface BackupDefinitions {
  readonly objectTypes: readonly TypeDefinitions[];
  readonly associationTypes: readonly AssociationType[];
  readonly owners: readonly object[];
  /** Of all association types at the position, by `CATEGORY/typeId`. */
  readonly labels: Readonly<Record<string, string | null>>;
  /** Whether a property of the object types holds sensitive values. */
  readonly sensitive: boolean;
}

export async function backupDefinitionsAt(
  readModels: ReadModels,
  streams: Streams,
  names: readonly string[],
  position: bigint,
): Promise<BackupDefinitions> {
  const types = new Set(names);
  const objectTypes: TypeDefinitions[] = [];
  let sensitive = false;
  for (const name of [...types].sort()) {
    const found = await typeAt(readModels, streams, name, position);
    if (!found) continue;
    objectTypes.push(found.type);
    sensitive ||= found.sensitive;
  }
  const all = await associationTypesAt(streams, position);
  const associationTypes = all
    .filter(({ fromType, toType }) => types.has(fromType) && types.has(toType))
    .sort(byNumber);
  const owners = await ownersAt(readModels, streams, position);
  return { objectTypes, associationTypes, owners, labels: labelsOf(all), sensitive };
}

async function typeAt(readModels: ReadModels, streams: Streams, name: string, position: bigint) {
  const found = await objectTypeAt(streams, name, position);
  if (!found) return undefined;
  const standard = standardProperties(name);
  const properties = await definitionsAt(readModels, streams, name, position);
  const { typeId, custom, archived, labels, description, displayProperty } = found;
  const type: TypeDefinitions = {
    ...{ name, objectTypeId: typeId, custom, archived, labels, description },
    primaryDisplayProperty: displayProperty,
    secondaryDisplayProperties: found.secondaryDisplayProperties,
    requiredProperties: found.requiredProperties,
    searchableProperties: found.searchableProperties,
    allowsSensitiveProperties: found.allowsSensitiveProperties,
    groups: await groupsAt(streams, name, position),
    pipelines: (await pipelinesAt(streams, name, position)).map(adoptable),
    properties: properties.map((one) => ({ ...one, hubspotDefined: standard.has(one.name) })),
  };
  return { type, sensitive: properties.some(isSensitive) };
}

const byNumber = (a: AssociationType, b: AssociationType): number =>
  a.typeId - b.typeId ||
  (a.category < b.category ? -1 : a.category > b.category ? 1 : a.fromType < b.fromType ? -1 : 1);
