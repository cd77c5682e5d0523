// Compares the definitions of a backup with those of the account: what is missing, and how association types are
// numbered here.
import { isDeepStrictEqual } from 'node:util';
import type { AssociationType } from '../../crm/associations/types/association-types';
import type { Definitions } from '../../crm/properties/definitions';
import type { PropertyGroups } from '../../crm/properties/groups/property-group.commands';
import type { AssociationTypes } from '../../crm/associations/types/association-types';
import { standardGroups } from '../../crm/properties/standard-properties';
import { adoptable, areUntouched } from '../../crm/pipelines/adopted-pipelines';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { ObjectSchema } from '../../crm/schemas/schema.events';
import {
  definitionOf,
  type SourceAssociationType,
  type SourceDefinitions,
  type SourceType,
} from './definitions-file';
import type { MissingDefinitions, MissingType, PlanProblem } from './load-plan';

export interface Known {
  readonly definitions: Definitions;
  readonly groups: PropertyGroups;
  readonly associationTypes: AssociationTypes;
}

export interface Compared {
  readonly missing: MissingDefinitions;
  readonly associationTypes: Readonly<Record<string, number>>;
  readonly problems: readonly PlanProblem[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

const FILE = 'definitions.json';

/** `find` finds the types of the account; `nameOf` gives the name here of a type of the backup. */
export async function compared(
  source: SourceDefinitions,
  known: Known,
  find: (name: string) => ObjectType | undefined,
  nameOf: (name: string) => string,
): Promise<Compared> {
  const missing: Writable<MissingDefinitions> = {
    ...{
      groups: [],
      objectTypes: [],
      properties: [],
      pipelines: [],
      stages: [],
      untouched: [],
      associationTypes: [],
    },
  };
  const problems: PlanProblem[] = [];
  for (const type of source.objectTypes) {
    if (type.archived) continue;
    const here = find(type.name);
    if (!here && !type.custom) {
      problems.push({ file: FILE, message: `This version of Strata has no ${type.name}` });
      continue;
    }
    const name = here?.name ?? type.name;
    const current = here ? await known.definitions.of(name) : new Map<string, unknown>();
    const lacking = type.properties.filter((one) => !current.has(one.name) && (here ?? !one.hubspotDefined));
    const groups = new Set((await known.groups.of(name)).map((group) => group.name));
    for (const { name: group, label, displayOrder } of type.groups)
      if (!groups.has(group))
        missing.groups.push({ objectType: name, group: { name: group, label, displayOrder } });
    const listed = new Set([...groups, ...type.groups.map((group) => group.name)]);
    const definitions = lacking.map(definitionOf).map((definition) =>
      // A group may have been archived since a property was put into it.
      listed.has(definition.groupName)
        ? definition
        : { ...definition, groupName: standardGroups(name)[0]!.name },
    );
    if (here) for (const definition of definitions) missing.properties.push({ objectType: name, definition });
    else missing.objectTypes.push({ schema: schemaOf(type), properties: definitions });
    pipelines(type, name, here ? await known.definitions.pipelinesOf(name) : [], missing);
  }
  const types = await associations(source.associationTypes, known.associationTypes, nameOf);
  missing.associationTypes = types.missing;
  return { missing, associationTypes: types.numbers, problems };
}

const schemaOf = (type: SourceType): ObjectSchema => ({
  ...{ name: type.name, objectTypeId: type.objectTypeId, labels: type.labels },
  ...{ description: type.description, primaryDisplayProperty: type.primaryDisplayProperty },
  secondaryDisplayProperties: type.secondaryDisplayProperties,
  requiredProperties: type.requiredProperties,
  searchableProperties: type.searchableProperties.filter((name) => name !== 'hs_object_id'),
  allowsSensitiveProperties:
    type.allowsSensitiveProperties ??
    type.properties.some((one) => one['dataSensitivity'] !== 'non_sensitive'),
});

type PipelinesHere = Awaited<ReturnType<Definitions['pipelinesOf']>>;

/** Where nobody has touched the pipelines here, they become those of the backup as they stand. */
function pipelines(
  type: SourceType,
  objectType: string,
  here: PipelinesHere,
  missing: Writable<MissingDefinitions>,
): void {
  const stages = new Set(here.flatMap((pipeline) => pipeline.stages.map(({ id }) => id)));
  for (const pipeline of type.pipelines) {
    const lacking = pipeline.stages.filter((stage) => !stages.has(stage.id));
    const { stages: _, ...bare } = pipeline;
    if (!here.some(({ id }) => id === pipeline.id))
      missing.pipelines.push({ objectType, pipeline: { ...bare, stages: lacking } });
    else for (const stage of lacking) missing.stages.push({ objectType, pipeline: bare, stage });
  }
  if (areUntouched(here) && !isDeepStrictEqual(type.pipelines, here.map(adoptable)))
    missing.untouched.push({ objectType, pipelines: type.pipelines });
}

const keyOf = ({ category, typeId }: Pick<SourceAssociationType, 'category' | 'typeId'>): string =>
  `${category}/${typeId}`;

/** Types are the same where they join the same object types under the same name. */
async function associations(
  theirs: readonly SourceAssociationType[],
  types: AssociationTypes,
  nameOf: (name: string) => string,
) {
  const numbers: Record<string, number> = {};
  const missing: MissingType[] = [];
  const own = theirs.filter(({ category }) => category === 'USER_DEFINED');
  for (const type of own) {
    const [fromType, toType] = [nameOf(type.fromType), nameOf(type.toType)];
    const here = await types.between(fromType, toType);
    const same = here.find((one) => isSame(one, type));
    if (same) numbers[keyOf(type)] = same.typeId;
    // The direction with the lower number is the one in which a type was defined.
    if (same || type.typeId > type.inverseTypeId) continue;
    const { typeId, inverseTypeId, name, label } = type;
    const back = own.find((one) => one.typeId === inverseTypeId && one.inverseTypeId === typeId);
    const inverseLabel = back?.label ?? label;
    missing.push({
      ...{ fromType, toType, name, label, numbers: { typeId, inverseTypeId } },
      ...(inverseLabel !== null && { inverseLabel }),
    });
  }
  return { numbers, missing: missing.sort((a, b) => a.numbers.typeId - b.numbers.typeId) };
}

const isSame = (
  here: AssociationType,
  { name, label, typeId, inverseTypeId }: SourceAssociationType,
): boolean =>
  here.category === 'USER_DEFINED' &&
  here.name === name &&
  // Of two object types that are the same, each direction of a type has the same name.
  (here.fromType !== here.toType ||
    (here.label === label && here.typeId < here.inverseTypeId === typeId < inverseTypeId));
