// Makes the plans of an import's files with the property definitions, association types and object types that the
// account has now.
import type { AssociationType, AssociationTypes } from '../../crm/associations/types/association-types';
import type { Definitions } from '../../crm/properties/definitions';
import type { ObjectTypes } from '../../crm/schemas/object-types-known';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { Owners } from '../../owners/owners';
import type { FilePlan, Known } from './import-plan';
import { planFile } from './file-plan';
import type { ImportRequest, Problem } from '../requests/import-request';
import { identifies } from '../passes/record-finder';

/** Makes the plan of the file with this number (from 0) in a request. Adds what is wrong to `problems`. */
export type Planning = (file: number, header: readonly string[], problems: Problem[]) => FilePlan;

export class ImportPlanner {
  constructor(
    private readonly definitions: Definitions,
    private readonly associationTypes: AssociationTypes,
    private readonly objectTypes: ObjectTypes,
    private readonly owners: Owners,
  ) {}

  async of(request: ImportRequest): Promise<Planning> {
    const known = await this.known(request);
    return (file, header, problems) => planFile(request, request.files[file]!, header, known, problems);
  }

  private async known(request: ImportRequest): Promise<Known> {
    const all = (await this.objectTypes.all()).map(({ name }) => name);
    const mappings = request.files.flatMap(({ fileImportPage }) => fileImportPage.columnMappings);
    const named = new Set(
      mappings.flatMap(({ objectType, toType }) => [objectType, ...(toType ? [toType] : [])]),
    );
    const types = new Map<string, readonly AssociationType[]>();
    for (const from of named)
      for (const to of all) types.set(`${from}/${to}`, await this.associationTypes.between(from, to));
    const definitions = new Map<string, ReadonlyMap<string, PropertyDefinition>>();
    for (const type of all) definitions.set(type, await this.definitions.of(type));
    const isOfOwners = mappings.some(
      ({ objectType, propertyName = '' }) =>
        definitions.get(objectType)?.get(propertyName)?.referencedObjectType === 'OWNER',
    );
    return {
      owners: isOfOwners ? await this.owners.named() : [],
      definitions: (objectType) => definitions.get(objectType) ?? new Map<string, PropertyDefinition>(),
      associationTypes: (from, to) => types.get(`${from}/${to}`) ?? [],
      objectTypes: all,
      identifies,
    };
  }
}
