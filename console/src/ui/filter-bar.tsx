// Filters over the values of records: those that are set, each to be changed or taken away, and a dialog for another one.
import { Button, CloseButton, Group, Modal, Paper, Select, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  isWithoutValue,
  MAX_FILTERS,
  MAX_GROUPS,
  type Filter,
  type FilterGroups,
  type Operator,
} from '../api/filters';
import { propertiesQuery, usePropertyLabel, type Property } from '../api/properties';
import { PropertyField, PropertyValuesField, useChoicesOf } from './property-field';
import { PropertySelect } from './property-select';
import { useValueText } from './property-value';

const ordered: readonly Operator[] = [
  ...(['EQ', 'NEQ', 'GT', 'GTE', 'LT', 'LTE', 'BETWEEN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const),
];
const chosen: readonly Operator[] = ['IN', 'NOT_IN', 'EQ', 'NEQ', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'];
const typed: readonly Operator[] = [
  ...(['CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN', 'EQ', 'NEQ', 'IN', 'NOT_IN'] as const),
  ...(['HAS_PROPERTY', 'NOT_HAS_PROPERTY'] as const),
];

function operatorsOf(property: Property, hasChoices: boolean): readonly Operator[] {
  if (hasChoices) return chosen;
  return ['number', 'date', 'datetime'].includes(property.type) ? ordered : typed;
}

interface Place {
  readonly group: number;
  /** Undefined for a new one. */
  readonly index?: number;
}

export function FilterBar({
  objectType,
  groups,
  onChange,
}: {
  readonly objectType: string;
  readonly groups: FilterGroups;
  readonly onChange: (groups: FilterGroups) => void;
}) {
  const { t } = useTranslation();
  const [place, setPlace] = useState<Place>();
  const put = (filter: Filter) => {
    const { group, index } = place!;
    const filters = groups[group] ?? [];
    const next =
      index === undefined ? [...filters, filter] : filters.map((one, at) => (at === index ? filter : one));
    onChange(
      groups.length === group ? [...groups, next] : groups.map((one, at) => (at === group ? next : one)),
    );
    setPlace(undefined);
  };
  const drop = (group: number, index: number) =>
    onChange(
      groups
        .map((filters, at) => (at === group ? filters.filter((_, one) => one !== index) : filters))
        .filter((filters) => filters.length > 0),
    );
  const last = Math.max(0, groups.length - 1);
  return (
    <Group gap="xs" role="group" aria-label={t('filters.label')}>
      {groups.map((filters, group) => (
        <Group key={group} gap={6}>
          {group > 0 && (
            <Text size="sm" c="dimmed">
              {t('filters.or')}
            </Text>
          )}
          {filters.map((filter, index) => (
            <Chip
              key={`${filter.property} ${filter.operator} ${index}`}
              objectType={objectType}
              filter={filter}
              onEdit={() => setPlace({ group, index })}
              onDrop={() => drop(group, index)}
            />
          ))}
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconFilterPlus size={15} aria-hidden />}
        disabled={(groups[last]?.length ?? 0) >= MAX_FILTERS}
        onClick={() => setPlace({ group: last })}
      >
        {t(groups.length === 0 ? 'filters.add' : 'filters.and')}
      </Button>
      {groups.length > 0 && (
        <>
          <Button
            size="xs"
            variant="subtle"
            disabled={groups.length >= MAX_GROUPS}
            onClick={() => setPlace({ group: groups.length })}
          >
            {t('filters.addOr')}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => onChange([])}>
            {t('filters.clear')}
          </Button>
        </>
      )}
      <Modal
        opened={place !== undefined}
        onClose={() => setPlace(undefined)}
        title={t(place?.index === undefined ? 'filters.add' : 'filters.edit')}
        closeButtonProps={{ 'aria-label': t('actions.close') }}
      >
        {place && (
          <FilterForm
            objectType={objectType}
            initial={place.index === undefined ? undefined : groups[place.group]?.[place.index]}
            onDone={put}
          />
        )}
      </Modal>
    </Group>
  );
}

function Chip({
  objectType,
  filter,
  onEdit,
  onDrop,
}: {
  readonly objectType: string;
  readonly filter: Filter;
  readonly onEdit: () => void;
  readonly onDrop: () => void;
}) {
  const { t } = useTranslation();
  const labelOf = usePropertyLabel(objectType);
  const valueText = useValueText(objectType);
  const { property, operator, values } = filter;
  const shown = values.map((value) => valueText(property, value) || value);
  const joined =
    operator === 'BETWEEN'
      ? shown.join(' – ')
      : shown.slice(0, 3).join(', ') + (shown.length > 3 ? ', …' : '');
  const text = `${labelOf(property)} ${t(`filters.operators.${operator}`)} ${joined}`.trim();
  return (
    <Paper withBorder px={8} py={2}>
      <Group gap={4} wrap="nowrap">
        <UnstyledButton fz="sm" onClick={onEdit} maw={340} style={{ overflowWrap: 'anywhere' }}>
          {text}
        </UnstyledButton>
        <CloseButton size="xs" onClick={onDrop} aria-label={`${t('filters.drop')}: ${text}`} />
      </Group>
    </Paper>
  );
}

function FilterForm({
  objectType,
  initial,
  onDone,
}: {
  readonly objectType: string;
  readonly initial: Filter | undefined;
  readonly onDone: (filter: Filter) => void;
}) {
  const { data: properties = [] } = useQuery(propertiesQuery(objectType));
  const [name, setName] = useState(initial?.property);
  const property = properties.find((one) => one.name === name);
  return (
    <Stack gap="sm">
      <PropertySelect
        objectType={objectType}
        value={name ?? null}
        onChange={(chosen) => setName(chosen ?? undefined)}
        data-autofocus
        allowDeselect={false}
      />
      {property && (
        <Condition
          key={property.name}
          property={property}
          initial={initial?.property === property.name ? initial : undefined}
          onDone={onDone}
        />
      )}
    </Stack>
  );
}

function Condition({
  property,
  initial,
  onDone,
}: {
  readonly property: Property;
  readonly initial: Filter | undefined;
  readonly onDone: (filter: Filter) => void;
}) {
  const { t } = useTranslation();
  const known = operatorsOf(property, useChoicesOf(property) !== undefined);
  const offered = initial && !known.includes(initial.operator) ? [...known, initial.operator] : known;
  const [operator, setOperator] = useState<Operator>(initial?.operator ?? offered[0]!);
  const [values, setValues] = useState<readonly string[]>(initial?.values ?? []);
  const takesMany = operator === 'IN' || operator === 'NOT_IN';
  const needed = isWithoutValue(operator) ? 0 : operator === 'BETWEEN' ? 2 : 1;
  const given = takesMany ? values : Array.from({ length: needed }, (_, at) => values[at] ?? '');
  const isWhole = takesMany ? given.length > 0 : given.every((value) => value !== '');
  const setAt = (at: number) => (value: string) =>
    setValues(given.map((one, index) => (index === at ? value : one)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) onDone({ property: property.name, operator, values: given });
      }}
    >
      <Stack gap="sm">
        <Select
          label={t('filters.operator')}
          data={offered.map((name) => ({ value: name, label: t(`filters.operators.${name}`) }))}
          value={operator}
          allowDeselect={false}
          onChange={(chosen) => setOperator(chosen as Operator)}
        />
        {takesMany && (
          <PropertyValuesField
            property={property}
            label={t('filters.values')}
            values={given}
            onChange={setValues}
          />
        )}
        {!takesMany &&
          given.map((value, at) => (
            <PropertyField
              key={at}
              property={{ ...property, description: '' }}
              label={needed === 2 ? t(at === 0 ? 'filters.low' : 'filters.high') : t('filters.value')}
              value={value}
              onChange={setAt(at)}
            />
          ))}
        <Group justify="flex-end">
          <Button type="submit" disabled={!isWhole}>
            {t('filters.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
