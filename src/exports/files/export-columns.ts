// The columns of an export: what heads them, and how each writes a value. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { MASK } from '../../crm/properties/values/sensitivity';
import type { ExportRequest } from '../export.events';

/** The property that holds the record's id: always the first column. */
export const ID_COLUMN = 'hs_object_id';

export interface ExportColumn {
  readonly property: string;
  readonly header: string;
  /** Labels of its options by value, where values are written by label. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Its values are several, separated by `;`. */
  readonly several?: true;
  readonly masked?: true;
}

type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** Those of the id and of the properties asked for that the definitions have. */
export function columnsOf(request: ExportRequest, definitions: Definitions): ExportColumn[] {
  const names = [ID_COLUMN, ...request.properties.filter((name) => name !== ID_COLUMN)];
  const found = names.flatMap((name) => definitions.get(name) ?? []);
  return found.map((definition) => ({
    property: definition.name,
    header: request.labelledColumns ? headerOf(definition, found) : definition.name,
    ...(request.masked.includes(definition.name) && { masked: true }),
    ...(request.labelledValues && optionsOf(definition)),
  }));
}

/** Two properties of one label are told apart by their names. */
function headerOf({ name, label }: PropertyDefinition, all: readonly PropertyDefinition[]): string {
  return all.some((other) => other.label === label && other.name !== name) ? `${label} (${name})` : label;
}

function optionsOf({ options, fieldType }: PropertyDefinition): Partial<ExportColumn> {
  if (options.length === 0) return {};
  const labels = Object.fromEntries(options.map(({ value, label }) => [value, label]));
  return { labels, ...(fieldType === 'checkbox' && { several: true }) };
}

/** What stands in the cell of a value. A mask tells nothing: it stands where there is no value, too. */
export function shown({ labels, several, masked }: ExportColumn, value: string | undefined): string {
  if (masked) return MASK;
  if (!labels || value === undefined) return value ?? '';
  const label = (one: string) => (Object.hasOwn(labels, one) ? labels[one]! : one);
  return several ? value.split(';').map(label).join(';') : label(value);
}
