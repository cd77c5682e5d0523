// The form for an export of records: which ones, which of their properties, in which order, and for whom.
import { Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { ObjectTypeSelect, ObjectTypesSelect } from '../../ui/object-type-select';
import { PropertiesSelect, PropertySelect } from '../../ui/property-select';
import { useNow } from '../../ui/shown';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { Conditions } from './conditions';
import { lackOf, searchOf, type Condition } from './record-filter';

export function NewExport({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['exports', 'common']);
  const { date, number } = useFormats();
  const labelOf = useObjectLabel();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [objectType, setObjectType] = useState('contacts');
  const [name, setName] = useState<string>();
  const [properties, setProperties] = useState<string[]>([]);
  const [query, setQuery] = useState('');
  const [conditions, setConditions] = useState<readonly Condition[]>([]);
  const [sort, setSort] = useState<string | null>(null);
  const [isDescending, setDescending] = useState(false);
  const [associated, setAssociated] = useState<string[]>([]);
  const [isInternal, setInternal] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const usual = t('new.defaultName', { type: labelOf(objectType), date: date(useNow()) });

  const [wanted] = useDebouncedValue({ objectType, search: searchOf(query, conditions) }, 400);
  const matching = useQuery({
    queryKey: ['records', 'count', wanted],
    queryFn: ({ signal }) =>
      answered(
        api.POST('/crm/v3/objects/{objectType}/search', {
          params: { path: { objectType: wanted.objectType } },
          body: { ...wanted.search, limit: 1 } as never,
          signal,
        }),
      ),
    retry: false,
  });
  const make = useMutation({
    mutationFn: () => {
      const search = searchOf(
        query,
        conditions,
        sort === null ? undefined : { property: sort, isDescending },
      );
      return answered(
        api.POST('/crm/v3/exports/export/async', {
          body: {
            exportType: 'VIEW',
            format: 'CSV',
            exportName: name?.trim() || usual,
            objectType,
            objectProperties: properties,
            ...(associated.length > 0 && { associatedObjectType: associated }),
            ...(isInternal && { exportInternalValuesOptions: ['NAMES', 'VALUES'] }),
            ...(search && { publicCrmSearchRequest: search }),
          },
        }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['exports'] });
      tellDone(t('new.made'));
      await navigate({ to: '/exports/$exportId', params: { exportId: id } });
    },
  });
  const submit = () => {
    setAsked(true);
    if (conditions.every((one) => lackOf(one) === undefined)) make.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('new.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm">
          <Group grow align="flex-start">
            <ObjectTypeSelect
              label={t('new.objectType')}
              value={objectType}
              onChange={(chosen) => {
                setObjectType(chosen!);
                setProperties([]);
                setConditions([]);
                setSort(null);
              }}
            />
            <TextInput
              label={t('new.name')}
              data-autofocus
              value={name ?? usual}
              maxLength={200}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
          </Group>
          <PropertiesSelect
            objectType={objectType}
            label={t('new.properties')}
            description={t('new.propertiesHelp')}
            value={properties}
            onChange={setProperties}
          />
          <TextInput
            label={t('new.query')}
            value={query}
            onChange={({ currentTarget }) => setQuery(currentTarget.value)}
          />
          <Conditions {...{ objectType, conditions, isAsked }} onChange={setConditions} />
          <Group grow align="flex-start">
            <PropertySelect
              objectType={objectType}
              label={t('new.sort')}
              placeholder={t('new.sortNone')}
              clearable
              value={sort}
              onChange={setSort}
            />
            <Select
              label={t('new.direction')}
              disabled={sort === null}
              allowDeselect={false}
              data={[
                { value: 'up', label: t('new.ascending') },
                { value: 'down', label: t('new.descending') },
              ]}
              value={isDescending ? 'down' : 'up'}
              onChange={(chosen) => setDescending(chosen === 'down')}
            />
          </Group>
          <ObjectTypesSelect
            label={t('new.associated')}
            description={t('new.associatedHelp')}
            placeholder=""
            value={associated}
            onChange={setAssociated}
          />
          <Checkbox
            label={t('new.internal')}
            checked={isInternal}
            onChange={({ currentTarget }) => setInternal(currentTarget.checked)}
          />
          {make.error && <Failure error={make.error} onDismiss={make.reset} />}
          {matching.error && <Failure error={matching.error} />}
          <Group justify="space-between">
            <Text size="sm" aria-live="polite">
              {matching.data
                ? t('new.matching', { count: matching.data.total, shown: number(matching.data.total) })
                : matching.isFetching && t('new.counting')}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common:actions.cancel')}
              </Button>
              <Button type="submit" loading={make.isPending}>
                {t('new.submit')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
