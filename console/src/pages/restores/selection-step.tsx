// The second step: which object types, and of each which records and which properties.
import {
  Accordion,
  ActionIcon,
  Button,
  Group,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel, useObjectTypes } from '../../api/object-types';
import { ObjectTypesSelect } from '../../ui/object-type-select';
import { PropertiesSelect, PropertySelect } from '../../ui/property-select';
import { useFormats } from '../../words/formats';
import {
  idsIn,
  noCondition,
  OPERATORS,
  selected,
  takesValue,
  wrongIds,
  type Condition,
  type Operator,
  type Selected,
} from './draft';
import type { StepProps } from './new-restore-page';

/** So many types are shown unfolded. */
const FEW = 2;

export function SelectionStep({ draft, onDraft }: StepProps) {
  const { t } = useTranslation('restores');
  const types = useObjectTypes();
  const { objects } = draft;
  const names = objects.map(({ objectType }) => objectType);
  const choose = (chosen: readonly string[]) =>
    onDraft({
      ...draft,
      objects: chosen.map((name) => objects.find(({ objectType }) => objectType === name) ?? selected(name)),
    });
  const set = (changed: Selected) =>
    onDraft({
      ...draft,
      objects: objects.map((one) => (one.objectType === changed.objectType ? changed : one)),
    });
  return (
    <Stack>
      <Group align="flex-end">
        <ObjectTypesSelect
          value={names}
          onChange={choose}
          placeholder={names.length === 0 ? t('new.chooseTypes') : undefined}
          style={{ flex: 1, minWidth: 220 }}
        />
        <Button variant="default" onClick={() => choose(types.map(({ name }) => name))}>
          {t('new.allTypes')}
        </Button>
      </Group>
      {objects.length > 0 && (
        <Accordion variant="contained" multiple defaultValue={objects.length <= FEW ? names : []}>
          {objects.map((one) => (
            <OfType key={one.objectType} value={one} onChange={set} />
          ))}
        </Accordion>
      )}
    </Stack>
  );
}

interface Props {
  readonly value: Selected;
  readonly onChange: (value: Selected) => void;
}

function OfType({ value, onChange }: Props) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const { objectType, records, properties } = value;
  return (
    <Accordion.Item value={objectType}>
      <Accordion.Control>
        <Group gap="sm">
          <Text size="sm" fw={600}>
            {labelOf(objectType)}
          </Text>
          <Text size="sm" c="dimmed">
            {t('new.recordsAre', { records: t(`new.recordsOf.${records}`) })} ·{' '}
            {properties.length === 0
              ? t('selection.everyProperty')
              : t('new.properties', { count: properties.length, shown: number(properties.length) })}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          <Radio.Group
            label={t('new.records')}
            value={records}
            onChange={(chosen) => onChange({ ...value, records: chosen })}
          >
            <Group mt={4}>
              {(['all', 'ids', 'matching'] as const).map((one) => (
                <Radio key={one} value={one} label={t(`new.recordsOf.${one}`)} />
              ))}
            </Group>
          </Radio.Group>
          {records === 'ids' && <Ids value={value} onChange={onChange} />}
          {records === 'matching' && <Conditions value={value} onChange={onChange} />}
          <PropertiesSelect
            objectType={objectType}
            value={[...properties]}
            onChange={(chosen) => onChange({ ...value, properties: chosen })}
          />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Ids({ value, onChange }: Props) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const ids = idsIn(value.ids);
  const wrong = wrongIds(value.ids);
  return (
    <Textarea
      label={t('new.ids')}
      description={t('new.idsHelp', { count: ids.length, shown: number(ids.length) })}
      value={value.ids}
      autosize
      minRows={2}
      maxRows={10}
      required
      error={wrong.length > 0 ? t('new.wrongIds', { ids: wrong.slice(0, 5).join(', ') }) : undefined}
      onChange={({ currentTarget }) => onChange({ ...value, ids: currentTarget.value })}
    />
  );
}

function Conditions({ value, onChange }: Props) {
  const { t } = useTranslation('restores');
  const { conditions, objectType } = value;
  const put = (index: number, some: Partial<Condition>) =>
    onChange({
      ...value,
      conditions: conditions.map((one, at) => (at === index ? { ...one, ...some } : one)),
    });
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('new.conditionsHelp')}
      </Text>
      {conditions.map(({ property, operator, value: wanted }, index) => (
        <Group key={index} align="flex-end" gap="xs">
          <PropertySelect
            objectType={objectType}
            value={property === '' ? null : property}
            onChange={(chosen) => put(index, { property: chosen ?? '' })}
            style={{ flex: 1, minWidth: 160 }}
          />
          <Select
            label={t('new.operator')}
            data={OPERATORS.map((one) => ({ value: one, label: t(`new.operators.${one}`) }))}
            value={operator}
            allowDeselect={false}
            onChange={(chosen) => put(index, { operator: chosen as Operator })}
          />
          {takesValue(operator) && (
            <TextInput
              label={t('new.value')}
              value={wanted}
              onChange={({ currentTarget }) => put(index, { value: currentTarget.value })}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('new.removeCondition')}
            disabled={conditions.length === 1}
            onClick={() => onChange({ ...value, conditions: conditions.filter((_, at) => at !== index) })}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange({ ...value, conditions: [...conditions, noCondition] })}
      >
        {t('new.addCondition')}
      </Button>
    </Stack>
  );
}
