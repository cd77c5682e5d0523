// Whose records a role may view, edit and delete: a row for all types, and one for each that differs.
import { Button, CloseButton, Group, NativeSelect, Select, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectTypes } from '../../api/object-types';
import { levels, NOTHING, rights, type Level, type Rights } from './permissions';

type Records = Readonly<Record<string, Rights>>;

interface Props {
  readonly records: Records;
  readonly isReadOnly: boolean;
  readonly onChange: (records: Records) => void;
}

export function RecordRights({ records, isReadOnly, onChange }: Props) {
  const { t } = useTranslation('users');
  const known = useObjectTypes().filter(({ isCustom }) => !isCustom);
  const [added, setAdded] = useState<string | null>(null);
  const labelOf = (type: string): string =>
    type === 'default' || type === 'custom'
      ? t(`roles.types.${type}`)
      : (known.find(({ name }) => name === type)?.label ?? type);
  const named = Object.keys(records).filter((type) => type !== 'default');
  const free = [...known.map(({ name }) => name), 'custom'].filter((type) => !named.includes(type));
  return (
    <>
      <Table.ScrollContainer type="native" minWidth={520} tabIndex={0} aria-label={t('roles.records')}>
        <Table verticalSpacing={4} aria-label={t('roles.records')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('roles.type')}</Table.Th>
              {rights.map((right) => (
                <Table.Th key={right}>{t(`roles.rights.${right}`)}</Table.Th>
              ))}
              {!isReadOnly && <Table.Td w={40} />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {['default', ...named].map((type) => (
              <Table.Tr key={type}>
                <Table.Th scope="row" fw={type === 'default' ? 600 : 400}>
                  {labelOf(type)}
                </Table.Th>
                {rights.map((right) => (
                  <Table.Td key={right}>
                    {isReadOnly ? (
                      <Text size="sm">{t(`roles.levels.${(records[type] ?? NOTHING)[right]}`)}</Text>
                    ) : (
                      <NativeSelect
                        size="xs"
                        aria-label={`${labelOf(type)}: ${t(`roles.rights.${right}`)}`}
                        value={(records[type] ?? NOTHING)[right]}
                        data={levels.map((value) => ({ value, label: t(`roles.levels.${value}`) }))}
                        onChange={({ currentTarget }) =>
                          onChange({
                            ...records,
                            [type]: { ...(records[type] ?? NOTHING), [right]: currentTarget.value as Level },
                          })
                        }
                      />
                    )}
                  </Table.Td>
                ))}
                {!isReadOnly && (
                  <Table.Td>
                    {type !== 'default' && (
                      <CloseButton
                        aria-label={`${t('roles.removeType')}: ${labelOf(type)}`}
                        onClick={() =>
                          onChange(
                            Object.fromEntries(Object.entries(records).filter(([name]) => name !== type)),
                          )
                        }
                      />
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {!isReadOnly && free.length > 0 && (
        <Group align="flex-end" gap="xs">
          <Select
            size="xs"
            label={t('roles.addTypeLabel')}
            data={free.map((value) => ({ value, label: labelOf(value) }))}
            value={added}
            onChange={setAdded}
            searchable
          />
          <Button
            size="xs"
            variant="default"
            disabled={added === null}
            onClick={() => {
              onChange({ ...records, [added!]: records.default ?? NOTHING });
              setAdded(null);
            }}
          >
            {t('roles.addType')}
          </Button>
        </Group>
      )}
    </>
  );
}
