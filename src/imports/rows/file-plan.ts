// Makes the plan of a file from the import request, the file's header and the property definitions.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { EXPORT_MARK } from '../../files/csv-cells';
import { namesOthers } from '../requests/column-mapping';
import { operationOf, type ImportRequest, type Problem, type RequestFile } from '../requests/import-request';
import { cellReader, type CellForms } from './cell-values';
import { widthOf } from './csv-parser';
import { placed } from './header-columns';
import { linksOf } from './import-links';
import type { Column, FilePlan, Key, Known, ObjectPlan, Placed } from './import-plan';

function propertyOf(mapping: Placed, known: Known, problems: Problem[]): PropertyDefinition | undefined {
  if (mapping.columnType === 'HUBSPOT_OBJECT_ID') return undefined;
  const property = known.definitions(mapping.objectType).get(mapping.propertyName ?? '');
  const problem = (message: string) => problems.push({ message, in: `${mapping.at}.propertyName` });
  if (!property) problem(`is not a property of ${mapping.objectType}`);
  else if (property.readOnlyValue) problem('is set by Strata alone');
  else if (mapping.columnType === 'HUBSPOT_ALTERNATE_ID' && !known.identifies(mapping.objectType, property))
    problem('is not unique, so it cannot name a record');
  else return property;
  return undefined;
}

const onlyOne = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

function keyOf(mappings: readonly Placed[], columns: readonly Column[]): Key | undefined {
  const id = mappings.find(({ columnType }) => columnType === 'HUBSPOT_OBJECT_ID');
  if (id) return { by: 'id', index: id.index, name: id.columnName };
  const at = (mapping: Placed | undefined) =>
    mapping &&
    columns.find(({ index, property }) => index === mapping.index && property.name === mapping.propertyName);
  const column =
    at(mappings.find(({ columnType }) => columnType === 'HUBSPOT_ALTERNATE_ID')) ??
    at(mappings.find(({ isIdentifier }) => isIdentifier)) ??
    // What is unique identifies a record even where the request does not say so.
    columns.find(({ property }) => property.name === 'email' && property.hasUniqueValue) ??
    onlyOne(columns.filter(({ property }) => property.hasUniqueValue));
  return column && { by: 'property', column };
}

interface Planned {
  readonly request: ImportRequest;
  readonly forms: CellForms;
  readonly known: Known;
  readonly at: string;
  readonly problems: Problem[];
}

function objectOf(
  { request, forms, known, at, problems }: Planned,
  objectType: string,
  mappings: readonly Placed[],
): ObjectPlan {
  const operation = operationOf(request, objectType);
  const columns = mappings.flatMap((mapping): Column[] => {
    const property = propertyOf(mapping, known, problems);
    if (!property) return [];
    return [{ index: mapping.index, name: mapping.columnName, property, read: cellReader(property, forms) }];
  });
  const names = columns.map(({ property }) => property.name);
  if (new Set(names).size < names.length) problems.push({ message: 'map one property twice', in: at });
  if (mappings.filter(({ columnType }) => columnType !== 'STANDARD').length > 1)
    problems.push({ message: 'name more than one column of record keys', in: at });
  const key = operation === 'CREATE' ? undefined : keyOf(mappings, columns);
  if (operation === 'UPDATE' && !key)
    problems.push({ message: 'need a column that names the records to update', in: at });
  return { objectType, operation, columns, ...(key && { key }) };
}

/** The plan of one file. Adds what is wrong to `problems`, each problem with its place in the request. */
export function planFile(
  request: ImportRequest,
  file: RequestFile,
  header: readonly string[],
  known: Known,
  problems: Problem[],
): FilePlan {
  const at = `importRequest.files.${request.files.indexOf(file)}.fileImportPage.columnMappings`;
  const { columnMappings, hasHeader } = file.fileImportPage;
  const places = placed(file, header, at, problems);
  const mappings = columnMappings
    .map((mapping, n): Placed => ({ ...mapping, index: places[n]!, at: `${at}.${n}` }))
    .filter(({ ignored }) => !ignored);
  const isOwn = (mapping: Placed) =>
    mapping.columnType !== 'FLEXIBLE_ASSOCIATION_LABEL' && !namesOthers(mapping);
  const own = mappings.filter(isOwn);
  const forms = {
    dateFormat: file.dateFormat ?? request.dateFormat ?? undefined,
    numberFormat: file.numberFormat ?? request.numberFormat ?? undefined,
    owners: known.owners,
  };
  const planned = { request, forms, known, at, problems };
  const objects = [...new Set(own.map(({ objectType }) => objectType))].map((objectType) => {
    const ofType = own.filter((mapping) => mapping.objectType === objectType);
    return objectOf(planned, objectType, ofType);
  });
  if (objects.length === 0) problems.push({ message: 'have no column of a record of their own', in: at });
  const others = mappings.filter((mapping) => !isOwn(mapping));
  return {
    ...{ fileName: file.fileName, objects, hasHeader },
    links: linksOf({ request, objects, others, known, at, problems }),
    width: hasHeader ? widthOf(header) : header.length,
    needs: Math.max(0, ...mappings.map(({ index }) => index + 1)),
    hasDateFormat: forms.dateFormat !== undefined,
    guarded: file.formulaGuard ?? request.formulaGuard ?? (hasHeader && header.includes(EXPORT_MARK)),
  };
}
