// The columns of an export: their headers, and how each writes a value. Pure.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { MASK } from '../../crm/properties/values/sensitivity';
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
  readonly masked?: true;
}

type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** The column of the id and those of the properties asked for, as far as they have definitions. */
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

/** The label of a property. Where two properties have the same label, it is followed by the name. */
function headerOf({ name, label }: PropertyDefinition, all: readonly PropertyDefinition[]): string {
  return all.some((other) => other.label === label && other.name !== name) ? `${label} (${name})` : label;
}

function optionsOf({ options, fieldType }: PropertyDefinition): Partial<ExportColumn> {
  if (options.length === 0) return {};
  const labels = Object.fromEntries(options.map(({ value, label }) => [value, label]));
  return { labels, ...(fieldType === 'checkbox' && { several: true }) };
}

/** The text of a value in its cell. A masked cell is never empty, so that it does not tell whether there is a value. */
export function shown({ labels, several, masked }: ExportColumn, value: string | undefined): string {
  if (masked) return MASK;
  if (!labels || value === undefined) return value ?? '';
  const label = (one: string) => (Object.hasOwn(labels, one) ? labels[one]! : one);
  return several ? value.split(';').map(label).join(';') : label(value);
}
