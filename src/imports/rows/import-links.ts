// Finds the associations that the rows of a file ask for: between the records of one row, and with records that cells
// name.
import type { TypeSpec } from '../../crm/associations/types/association-types';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { namesOthers } from '../requests/column-mapping';
import type { Known, Labels, LinkPlan, ObjectPlan, Placed } from './import-plan';
import type { ImportRequest, Problem } from '../requests/import-request';

interface Linking {
  readonly request: ImportRequest;
  readonly objects: readonly ObjectPlan[];
  /** The columns that name other records, and those that hold labels. */
  readonly others: readonly Placed[];
  readonly known: Known;
  readonly at: string;
  readonly problems: Problem[];
}

/** The property that names a record of a type where the request does not name one. */
export const USUAL: Readonly<Record<string, string>> = { contacts: 'email', companies: 'domain' };

export function linksOf(of: Linking): LinkPlan[] {
  const links = [...betweenObjects(of), ...byCells(of)];
  for (const { columnType, objectType, toType, at } of of.others) {
    const meant = (link: LinkPlan) =>
      of.objects[link.from]!.objectType === objectType && link.toType === toType && link.labels;
    const turned = (link: LinkPlan) =>
      of.objects[link.from]!.objectType === toType && link.toType === objectType && link.labels;
    if (columnType === 'FLEXIBLE_ASSOCIATION_LABEL' && !links.some((link) => meant(link) || turned(link)))
      of.problems.push({ message: 'has labels of an association that the file does not make', in: at });
  }
  return links;
}

/** Every two records of a row are associated with each other. */
function betweenObjects(of: Linking): LinkPlan[] {
  const { objects, known, at, problems } = of;
  return objects.flatMap((one, from) =>
    objects.slice(from + 1).flatMap((other, n): LinkPlan[] => {
      const [fromType, toType] = [one.objectType, other.objectType];
      if (!hasUsual(known, fromType, toType)) {
        const message = `name ${fromType} and ${toType}, which have no association type: define one first`;
        problems.push({ message, in: at });
      }
      const object = from + 1 + n;
      const there = labelsOf(of, fromType, toType);
      if (there) return [{ from, toType, types: [], labels: there, to: { object } }];
      const back = labelsOf(of, toType, fromType);
      if (back) return [{ from: object, toType: fromType, types: [], labels: back, to: { object: from } }];
      return [{ from, toType, types: [], to: { object } }];
    }),
  );
}

/** Links from columns that name records, of this import or older ones. */
function byCells(of: Linking): LinkPlan[] {
  const { objects, known, problems } = of;
  return of.others.filter(namesOthers).flatMap((mapping): LinkPlan[] => {
    const problem = (message: string, place = '') => {
      problems.push({ message, in: `${mapping.at}${place}` });
      return [];
    };
    const { objectType, foreignKey } = mapping;
    const from = objects.findIndex((object) => object.objectType === objectType);
    if (from < 0) return problem(`is of ${objectType}, which the file has no column of`);
    const toType = mapping.toType ?? (foreignKey && typeMeant(known, objectType, foreignKey));
    if (toType === undefined) return problem('is not an association type of these', '.foreignKeyType');
    if (foreignKey && !isType(known, objectType, toType, foreignKey))
      return problem(`is not an association type from ${objectType} to ${toType}`, '.foreignKeyType');
    if (!hasUsual(known, objectType, toType))
      return problem(`names ${toType}, which have no association type with ${objectType}: define one first`);
    const by = identifierOf(of, mapping, toType);
    if (by === undefined) return [];
    const labels = labelsOf(of, objectType, toType);
    const to = { index: mapping.index, name: mapping.columnName, by };
    return [{ from, toType, types: foreignKey ? [foreignKey] : [], ...(labels && { labels }), to }];
  });
}

/**
 * By what the cells of a column name records of a type: an id or a property, as the column says, or else as the file of
 * those records says.
 */
function identifierOf(
  { request, known, problems }: Linking,
  mapping: Placed,
  toType: string,
): 'id' | PropertyDefinition | undefined {
  if (mapping.columnType === 'HUBSPOT_OBJECT_ID') return 'id';
  const marked = request.files
    .flatMap(({ fileImportPage }) => fileImportPage.columnMappings)
    .find((other) => other.isIdentifier && other.objectType === toType && !namesOthers(other));
  if (mapping.propertyName === undefined && marked?.columnType === 'HUBSPOT_OBJECT_ID') return 'id';
  const name = mapping.propertyName ?? marked?.propertyName ?? USUAL[toType];
  if (name === undefined || name === 'hs_object_id') return 'id';
  const property = known.definitions(toType).get(name);
  if (property && known.identifies(toType, property)) return property;
  const what = property ? 'does not tell records apart' : 'is not a property';
  problems.push({ message: `names records by ${name}, which ${what} of ${toType}`, in: mapping.at });
  return undefined;
}

function labelsOf({ others, known }: Linking, fromType: string, toType: string): Labels | undefined {
  const column = others.find(
    (one) =>
      one.columnType === 'FLEXIBLE_ASSOCIATION_LABEL' && one.objectType === fromType && one.toType === toType,
  );
  if (!column) return undefined;
  const types = known
    .associationTypes(fromType, toType)
    .flatMap(({ label, category, typeId }) =>
      label === null ? [] : [[label.toLowerCase(), { category, typeId }] as const],
    );
  return { index: column.index, types: new Map(types) };
}

const isType = (known: Known, fromType: string, toType: string, { category, typeId }: TypeSpec): boolean =>
  known
    .associationTypes(fromType, toType)
    .some((type) => type.typeId === typeId && type.category === category);

/**
 * In older requests only the number of the association type tells the object type of the records that a column names.
 */
const typeMeant = (known: Known, fromType: string, spec: TypeSpec): string | undefined =>
  known.objectTypes.find((toType) => isType(known, fromType, toType, spec));

const hasUsual = (known: Known, fromType: string, toType: string): boolean =>
  known.associationTypes(fromType, toType).some(({ label }) => label === null);
