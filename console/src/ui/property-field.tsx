// The field by which a value of a property is given: as its type asks for, options and owners as choices.
import { MultiSelect, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ownerName, ownersQuery, type Property } from '../api/properties';
import { InstantInput } from './instant-input';

interface Item {
  readonly value: string;
  readonly label: string;
}

/** What one can choose among; undefined where any value may be typed. */
export function useChoicesOf(property: Property): readonly Item[] | undefined {
  const { t } = useTranslation();
  const { data: owners = [] } = useQuery(ownersQuery);
  if (property.externalOptions || property.name === 'hubspot_owner_id')
    return owners.map((owner) => ({ value: owner.id, label: ownerName(owner) }));
  if (property.options.length > 0) return property.options.map(({ value, label }) => ({ value, label }));
  if (property.type === 'bool')
    return (['true', 'false'] as const).map((value) => ({
      ...{ value, label: t(value === 'true' ? 'property.yes' : 'property.no') },
    }));
  return undefined;
}

/** A value that is no option any more is still one that can be kept. */
const withKept = (choices: readonly Item[], values: readonly string[]): Item[] => {
  const known = new Set(choices.map(({ value }) => value));
  const kept = values.filter((value) => value !== '' && !known.has(value));
  return [...choices, ...kept.map((value) => ({ value, label: value }))];
};

interface FieldProps {
  readonly property: Property;
  readonly label?: string;
  readonly error?: string | undefined;
  readonly isRequired?: boolean;
  readonly disabled?: boolean;
}

export function PropertyField({
  property,
  value,
  onChange,
  label = property.label,
  ...rest
}: FieldProps & { readonly value: string; readonly onChange: (value: string) => void }) {
  const { error, isRequired, disabled } = rest;
  const choices = useChoicesOf(property);
  const shared = {
    ...{ label, error, disabled, required: isRequired, description: property.description || undefined },
  };
  if (choices && property.fieldType === 'checkbox') {
    const chosen = value.split(';').filter(Boolean);
    return (
      <MultiSelect
        {...shared}
        data={withKept(choices, chosen)}
        value={chosen}
        onChange={(values) => onChange(values.join(';'))}
        searchable
        clearable
      />
    );
  }
  if (choices)
    return (
      <Select
        {...shared}
        data={withKept(choices, [value])}
        value={value === '' ? null : value}
        onChange={(chosen) => onChange(chosen ?? '')}
        searchable
        clearable
      />
    );
  if (property.type === 'datetime')
    return (
      <InstantInput
        label={label}
        value={value === '' ? undefined : /^\d+$/.test(value) ? new Date(Number(value)).toISOString() : value}
        onChange={(at) => onChange(at ?? '')}
        hasPresets={false}
        mayBeToCome
        error={error}
      />
    );
  const onType = ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value);
  if (property.fieldType === 'textarea' || property.fieldType === 'html' || value.includes('\n'))
    return (
      <Textarea {...shared} value={value} onChange={onType} autosize minRows={2} maxRows={12} dir="auto" />
    );
  const kind =
    property.type === 'date'
      ? ({ type: 'date' } as const)
      : property.type === 'number'
        ? ({ inputMode: 'decimal' } as const)
        : ({ dir: 'auto' } as const);
  return <TextInput {...shared} {...kind} value={value} onChange={onType} />;
}

/** Several values at once, as filters ask for. */
export function PropertyValuesField({
  property,
  values,
  onChange,
  label = property.label,
}: FieldProps & { readonly values: readonly string[]; readonly onChange: (values: string[]) => void }) {
  const choices = useChoicesOf(property);
  return choices ? (
    <MultiSelect
      label={label}
      data={withKept(choices, values)}
      value={[...values]}
      onChange={onChange}
      searchable
      clearable
    />
  ) : (
    <TagsInput
      label={label}
      value={[...values]}
      onChange={onChange}
      splitChars={['\n', ';', '\t']}
      acceptValueOnBlur
    />
  );
}
