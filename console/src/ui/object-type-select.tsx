// Fields that choose object types, standard ones and the account's own.
import { MultiSelect, Select, type MultiSelectProps, type SelectProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMayRecords, useObjectTypes } from '../api/object-types';

const useChoices = () => {
  const { t } = useTranslation();
  const mayRecords = useMayRecords();
  const types = useObjectTypes().filter((type) => mayRecords(type, 'read'));
  const items = (isCustom: boolean) =>
    types.filter((type) => type.isCustom === isCustom).map(({ name, label }) => ({ value: name, label }));
  const own = items(true);
  return own.length === 0
    ? items(false)
    : [
        { group: t('objectType.standard'), items: items(false) },
        { group: t('objectType.own'), items: own },
      ];
};

/** One type among those whose records the reader may see. */
export function ObjectTypeSelect(props: Omit<SelectProps, 'data'>) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('objectType.label')}
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('objectType.none')}
      {...props}
      data={useChoices()}
    />
  );
}

/** Some of them; none chosen means all. */
export function ObjectTypesSelect(props: Omit<MultiSelectProps, 'data'>) {
  const { t } = useTranslation();
  return (
    <MultiSelect
      label={t('objectType.several')}
      placeholder={(props.value ?? []).length === 0 ? t('objectType.all') : undefined}
      searchable
      clearable
      nothingFoundMessage={t('objectType.none')}
      {...props}
      data={useChoices()}
    />
  );
}
