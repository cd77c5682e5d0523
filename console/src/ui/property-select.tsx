// Fields that choose properties of an object type, found by label and by name.
import {
  MultiSelect,
  Select,
  Text,
  type ComboboxItem,
  type MultiSelectProps,
  type OptionsFilter,
  type SelectProps,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { propertiesQuery, type Property } from '../api/properties';

/** More are found by typing. */
const SHOWN = 100;

interface Choice {
  readonly objectType: string;
  /** Which properties are offered; left out for all. */
  readonly isOffered?: (property: Property) => boolean;
}

const filter: OptionsFilter = ({ options, search }) => {
  const wanted = search.toLowerCase().trim();
  return (options as ComboboxItem[])
    .filter(({ value, label }) => `${label} ${value}`.toLowerCase().includes(wanted))
    .slice(0, SHOWN);
};

function useChoices({ objectType, isOffered = () => true }: Choice) {
  const { t } = useTranslation();
  const { data = [], isPending } = useQuery(propertiesQuery(objectType));
  return {
    ...{ filter, searchable: true, maxDropdownHeight: 320 },
    data: data.filter(isOffered).map(({ name, label }) => ({ value: name, label })),
    nothingFoundMessage: isPending ? t('states.loading') : t('property.none'),
    renderOption: ({ option }: { option: ComboboxItem }) => (
      <div>
        <Text size="sm">{option.label}</Text>
        {option.label !== option.value && (
          <Text size="xs" opacity={0.75}>
            {option.value}
          </Text>
        )}
      </div>
    ),
  };
}

/** One property. */
export function PropertySelect({ objectType, isOffered, ...props }: Choice & Omit<SelectProps, 'data'>) {
  const { t } = useTranslation();
  const choices = useChoices({ objectType, ...(isOffered && { isOffered }) });
  return <Select label={t('property.label')} {...choices} {...props} />;
}

/** Some properties. */
export function PropertiesSelect({
  objectType,
  isOffered,
  ...props
}: Choice & Omit<MultiSelectProps, 'data'>) {
  const { t } = useTranslation();
  const choices = useChoices({ objectType, ...(isOffered && { isOffered }) });
  return (
    <MultiSelect
      label={t('property.several')}
      placeholder={(props.value ?? []).length === 0 ? t('property.all') : undefined}
      clearable
      {...choices}
      {...props}
    />
  );
}
