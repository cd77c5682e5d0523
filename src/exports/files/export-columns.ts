// The columns of an export: their headers, and how each writes a value. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { choiceOf } from '../../imports/rows/cell-choices';
import type { ExportRequest } from '../export.events';

/** The property that holds the record's id: always the first column. */
export const ID_COLUMN = 'hs_object_id';

export interface ExportColumn {
  readonly property: string;
  readonly header: string;
  /** Labels of the property's options by their values; absent where values are written as they are. */
  readonly labels?: Readonly<Record<string, string>>;
  /** True where a value is several options, separated by `;`. */
  readonly several?: true;
}

type Definitions = ReadonlyMap<string, PropertyDefinition>;

/**
 * The column of the id and those of the properties asked for, as far as they have definitions and the requester may see
 * their values: a mask that comes back would look like a value.
 */
export function columnsOf(request: ExportRequest, definitions: Definitions): ExportColumn[] {
  const names = [ID_COLUMN, ...request.properties.filter((name) => name !== ID_COLUMN)];
  const found = names
    .filter((name) => !request.masked.includes(name))
    .flatMap((name) => definitions.get(name) ?? []);
  const headers = request.labelledColumns ? headersOf(found) : found.map(({ name }) => name);
  return found.map((definition, n) => ({
    property: definition.name,
    header: headers[n]!,
    ...(request.labelledValues && optionsOf(definition)),
  }));
}

/** The labels of properties, no two alike: one that another could be taken for is followed by the name. */
function headersOf(all: readonly PropertyDefinition[]): string[] {
  const isAlone = (header: string, headers: readonly string[]) =>
    header.trim() !== '' && headers.indexOf(header) === headers.lastIndexOf(header);
  const labels = all.map(({ label }) => label);
  const longer = all.map(({ name, label }) => (isAlone(label, labels) ? label : `${label} (${name})`));
  return all.every((_, n) => isAlone(longer[n]!, longer)) ? longer : all.map(({ name }) => name);
}

/** The labels by which an import finds their options again; where it would not, the value is written. */
function optionsOf(definition: PropertyDefinition): Partial<ExportColumn> {
  const { options, fieldType } = definition;
  const choose = choiceOf(definition, []);
  if (!choose || options.length === 0) return {};
  const found = options.filter(({ value, label }) => label !== '' && choose(label) === value);
  const labels = Object.fromEntries(found.map(({ value, label }) => [value, label]));
  return { labels, ...(fieldType === 'checkbox' && { several: true }) };
}

/** The text of a value in its cell. */
export function shown({ labels, several }: ExportColumn, value: string | undefined): string {
  if (!labels || value === undefined) return value ?? '';
  const label = (one: string) => (Object.hasOwn(labels, one) ? labels[one]! : one);
  return several ? value.split(';').map(label).join(';') : label(value);
}
