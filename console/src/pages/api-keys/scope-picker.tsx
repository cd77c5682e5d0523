// Chooses what a key may do: by object type in a table, and the rest one by one.
import { Badge, Checkbox, Group, SimpleGrid, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectTypes } from '../../api/object-types';
import { useMe } from '../../api/session';
import { columns, isForSuperAdmins, scopeOf, single, typesOf } from './scopes';

interface Props {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

export function ScopePicker({ chosen, onChange }: Props) {
  const { t } = useTranslation('apiKeys');
  const me = useMe();
  const types = useObjectTypes();
  const [withRare, setWithRare] = useState(false);
  const held = new Set(me.scopes);
  const mayGive = (scope: string) =>
    isForSuperAdmins(scope) ? me.user.superAdmin : held.has(scope) || me.user.superAdmin;
  const toggle = (scope: string, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(scope);
    else next.delete(scope);
    onChange(next);
  };
  const shown = columns.filter((column) => withRare || !('isRare' in column));
  const rows: readonly (string | undefined)[] = [undefined, ...typesOf(me.scopes)];
  const nameOf = (type: string | undefined) =>
    type === undefined
      ? t('scopes.allTypes')
      : type === 'custom'
        ? t('scopes.customTypes')
        : (types.find(({ name }) => name === type)?.label ?? type);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t('scopes.records')}
        </Text>
        <Switch
          size="sm"
          label={t('scopes.rare')}
          checked={withRare}
          onChange={({ currentTarget }) => setWithRare(currentTarget.checked)}
        />
      </Group>
      <Table.ScrollContainer
        minWidth={160 + 90 * shown.length}
        mah={360}
        tabIndex={0}
        aria-label={t('scopes.records')}
      >
        <Table verticalSpacing={4} stickyHeader aria-label={t('scopes.records')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('scopes.type')}</Table.Th>
              {shown.map((column) => (
                <Table.Th key={column.id} fz="xs">
                  {t(`scopes.columns.${column.id}`)}
                  {isForSuperAdmins(scopeOf(column, undefined)) && <SuperAdmins />}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((type) => (
              <Table.Tr key={type ?? ''}>
                <Table.Th scope="row" fw={type === undefined ? 600 : 400}>
                  {nameOf(type)}
                </Table.Th>
                {shown.map((column) => {
                  const scope = scopeOf(column, type);
                  // What holds for all types holds for each: there is nothing left to choose.
                  const isCovered = type !== undefined && chosen.has(scopeOf(column, undefined));
                  return (
                    <Table.Td key={column.id}>
                      <Checkbox
                        aria-label={`${nameOf(type)}: ${t(`scopes.columns.${column.id}`)}`}
                        title={scope}
                        checked={isCovered || chosen.has(scope)}
                        disabled={isCovered || !mayGive(scope)}
                        onChange={({ currentTarget }) => toggle(scope, currentTarget.checked)}
                      />
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" fw={600}>
        {t('scopes.others')}
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {single.map((scope) => (
          <Checkbox
            key={scope}
            label={
              <>
                {t(`scopes.single.${scope.replaceAll('.', '_') as 'users'}`)}
                {isForSuperAdmins(scope) && <SuperAdmins />}
              </>
            }
            title={scope}
            checked={chosen.has(scope)}
            disabled={!mayGive(scope)}
            onChange={({ currentTarget }) => toggle(scope, currentTarget.checked)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function SuperAdmins() {
  const { t } = useTranslation('apiKeys');
  return (
    <Badge size="xs" variant="light" color="orange" ml={6}>
      {t('scopes.superAdmins')}
    </Badge>
  );
}
