// The field that says what a column becomes: a property, the record itself, a record of another type, or nothing.
import { Select, type ComboboxItem, type OptionsFilter } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObjectTypes } from '../../api/object-types';
import { isWritable, propertiesQuery } from '../../api/properties';
import { mappingTo, targetOf, type Mapping } from './import-request';

const LEFT_OUT = '-';
/** By what the server finds records of these types, besides their ids. */
const foundBy: Readonly<Record<string, string>> = {
  contacts: 'email',
  companies: 'domain',
  deals: 'dealname',
};

const filter: OptionsFilter = ({ options, search }) => {
  const wanted = search.toLowerCase().trim();
  const isWanted = ({ label, value }: ComboboxItem) => `${label} ${value}`.toLowerCase().includes(wanted);
  return options
    .map((option) => ('group' in option ? { ...option, items: option.items.filter(isWanted) } : option))
    .filter((option) => ('group' in option ? option.items.length > 0 : isWanted(option)));
};

interface Props {
  readonly mapping: Mapping;
  /** Of the records that the rows are about. */
  readonly objectType: string;
  readonly typeId: string;
  readonly error?: string | undefined;
  readonly onChange: (mapping: Mapping) => void;
}

export function ColumnTarget({ mapping, objectType, typeId, error, onChange }: Props) {
  const { t } = useTranslation('imports');
  const types = useObjectTypes();
  const { data: properties = [] } = useQuery(propertiesQuery(objectType));
  const target = targetOf(mapping) || LEFT_OUT;
  const links = types.flatMap(({ name, typeId, label }) => {
    const by = foundBy[name];
    return [
      { value: `l ${typeId}`, label: t('form.linkId', { type: label }) },
      ...(by === undefined
        ? []
        : [{ value: `l ${typeId} ${by}`, label: t('form.linkBy', { type: label, property: by }) }]),
    ];
  });
  const groups = [
    { value: LEFT_OUT, label: t('form.leaveOut') },
    { group: t('form.groups.records'), items: [{ value: 'id', label: t('form.recordId') }] },
    {
      group: t('form.groups.properties'),
      items: properties.filter(isWritable).map(({ name, label }) => ({ value: `p ${name}`, label })),
    },
    {
      group: t('form.groups.associations'),
      items: [...links, { value: 'label', label: t('form.labelColumn') }],
    },
  ];
  const isKnown = groups.some(({ value, items = [] }) =>
    [value, ...items.map((item) => item.value)].includes(target),
  );
  return (
    <Select<string>
      aria-label={t('form.targetOf', { column: mapping.columnName })}
      size="xs"
      miw={210}
      searchable
      allowDeselect={false}
      filter={filter}
      maxDropdownHeight={340}
      data={
        isKnown ? groups : [{ value: target, label: mapping.propertyName ?? t('form.asItIs') }, ...groups]
      }
      value={target}
      error={error}
      onChange={(chosen) =>
        chosen !== target &&
        onChange(mappingTo(chosen === LEFT_OUT ? '' : chosen!, mapping.columnName, typeId))
      }
    />
  );
}
