// The conditions that records of an export meet, a line each.
import { ActionIcon, Button, Fieldset, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { PropertySelect } from '../../ui/property-select';
import {
  lackOf,
  operators,
  takesNothing,
  takesSeveral,
  type Condition,
  type Operator,
} from './record-filter';

interface Props {
  readonly objectType: string;
  readonly conditions: readonly Condition[];
  readonly onChange: (conditions: readonly Condition[]) => void;
  /** What is lacking is shown. */
  readonly isAsked: boolean;
}

export function Conditions({ objectType, conditions, onChange, isAsked }: Props) {
  const { t } = useTranslation('exports');
  const change = (key: number, part: Partial<Condition>) =>
    onChange(conditions.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const add = () => {
    const key = 1 + Math.max(0, ...conditions.map((one) => one.key));
    onChange([...conditions, { key, property: '', operator: 'EQ', value: '', high: '' }]);
  };
  return (
    <Fieldset legend={t('new.filters')} p="sm">
      <Stack gap="xs">
        {conditions.map((condition) => {
          const { key, property, operator, value, high } = condition;
          const lack = isAsked ? lackOf(condition) : undefined;
          return (
            <Group key={key} gap="xs" align="flex-start" wrap="wrap">
              <PropertySelect
                objectType={objectType}
                label={undefined}
                aria-label={t('new.property')}
                placeholder={t('new.property')}
                style={{ flex: '2 1 11rem' }}
                value={property === '' ? null : property}
                error={lack === 'property' && t('new.needProperty')}
                onChange={(chosen) => change(key, { property: chosen ?? '' })}
              />
              <Select
                aria-label={t('new.operator')}
                style={{ flex: '1 1 9rem' }}
                allowDeselect={false}
                data={operators.map((one) => ({ value: one, label: t(`operators.${one}`) }))}
                value={operator}
                onChange={(chosen) => change(key, { operator: chosen as Operator })}
              />
              {!takesNothing(operator) && (
                <TextInput
                  aria-label={t('new.value')}
                  placeholder={takesSeveral(operator) ? t('valuesHelp') : t('new.value')}
                  style={{ flex: '2 1 9rem' }}
                  value={value}
                  error={lack === 'value' && t('new.needValue')}
                  onChange={({ currentTarget }) => change(key, { value: currentTarget.value })}
                />
              )}
              {operator === 'BETWEEN' && (
                <TextInput
                  aria-label={t('new.high')}
                  placeholder={t('new.high')}
                  style={{ flex: '2 1 7rem' }}
                  value={high}
                  onChange={({ currentTarget }) => change(key, { high: currentTarget.value })}
                />
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t('new.removeFilter')}
                onClick={() => onChange(conditions.filter((one) => one.key !== key))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          );
        })}
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('new.addFilter')}
        </Button>
      </Stack>
    </Fieldset>
  );
}
