// Puts properties into the groups that they are defined in; those that no definition knows any more come last.
import type { Property } from '../../../api/properties';

export interface Section {
  readonly name: string;
  readonly label: string;
  readonly properties: readonly Property[];
}

interface All {
  readonly properties: readonly Property[];
  readonly groups: readonly { readonly name: string; readonly label: string }[];
  readonly values: Readonly<Record<string, string | null>>;
  /** What the last section is called. */
  readonly other: string;
}

/** A property of which only the name is left: its definition has been archived, or it is not shown to everybody. */
const unknown = (name: string): Property => ({
  ...{ name, label: name, type: 'string', fieldType: 'text', groupName: '', description: '', options: [] },
  ...{ archived: true, calculated: false, externalOptions: false, hasUniqueValue: false, hidden: false },
  ...{ displayOrder: 0, formField: false, hubspotDefined: false, dataSensitivity: 'non_sensitive' },
  ...{ createdAt: '', updatedAt: '' },
  modificationMetadata: {
    ...{ archivable: false, readOnlyDefinition: true, readOnlyOptions: true, readOnlyValue: true },
  },
});

export function inGroups(
  { properties, groups, values, other }: All,
  sought?: { readonly text: string; readonly valueText: (name: string, value: string | null) => string },
): readonly Section[] {
  const known = new Set(properties.map(({ name }) => name));
  const lost = Object.keys(values).filter((name) => !known.has(name) && values[name]);
  const all = [...properties, ...lost.map(unknown)];
  const text = sought?.text.trim().toLowerCase();
  const found = all.filter(({ name, label }) => {
    if (text === undefined || !sought) return true;
    const value = values[name] ?? null;
    return `${label} ${name} ${value ?? ''} ${sought.valueText(name, value)}`.toLowerCase().includes(text);
  });
  const named = new Set(groups.map(({ name }) => name));
  const rest = found.filter(({ groupName }) => !named.has(groupName));
  return [
    ...groups.map(({ name, label }) => ({
      ...{ name, label, properties: found.filter(({ groupName }) => groupName === name) },
    })),
    { name: '', label: other, properties: rest },
  ].filter((section) => section.properties.length > 0);
}
