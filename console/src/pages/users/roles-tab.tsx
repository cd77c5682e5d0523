// Roles: the standard ones, to be looked at, and the account's own, to be made, changed and deleted.
import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { RoleEditor } from './role-editor';
import { useRoleName } from './role-name';
import { rolesQuery, usersQuery, useRefreshUsers, type Role } from './users.queries';

export function RolesTab() {
  const { t } = useTranslation(['users', 'common']);
  const { number } = useFormats();
  const query = useQuery(rolesQuery);
  const { data: users } = useQuery(usersQuery);
  const roleName = useRoleName();
  const refresh = useRefreshUsers();
  const [open, setOpen] = useState<{ readonly role: Role | undefined; readonly isCopy: boolean }>();
  const deleting = useMutation({
    mutationFn: ({ id }: Role) =>
      answered(api.DELETE('/settings/v3/users/roles/{roleId}', { params: { path: { roleId: id } } })),
    onSuccess: (_, { name }) => tellDone(t('roles.deleted', { name })),
    onError: tellFailure,
    onSettled: refresh,
  });
  const remove = async (role: Role) => {
    const isSure = await confirm({
      title: t('roles.deleteTitle', { name: role.name }),
      text: t('roles.deleteText'),
      confirm: t('roles.deleteConfirm'),
      isDangerous: true,
    });
    if (isSure) deleting.mutate(role);
  };
  const columns: readonly Column<Role>[] = [
    {
      id: 'name',
      label: t('roles.name'),
      isFixed: true,
      cell: (role) => (
        <Group gap="xs">
          <Anchor
            component="button"
            type="button"
            size="sm"
            fw={500}
            dir="auto"
            onClick={() => setOpen({ role, isCopy: false })}
          >
            {roleName(role)}
          </Anchor>
          {role.standard && (
            <Badge variant="light" color="gray" size="sm">
              {t('roles.standard')}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      id: 'users',
      label: t('roles.users'),
      isNumber: true,
      cell: ({ id }) =>
        users ? number(users.filter((user) => user.roleId === id && user.status !== 'withdrawn').length) : '',
    },
    {
      id: 'allows',
      label: t('roles.allows'),
      cell: ({ permissions }) => t('roles.allowsCount', { count: permissions.allows.length }),
    },
    {
      id: 'acts',
      label: t('acts.label'),
      isFixed: true,
      cell: (role) => (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t(role.standard ? 'roles.look' : 'roles.change')}: ${roleName(role)}`}
            onClick={() => setOpen({ role, isCopy: false })}
          >
            {t(role.standard ? 'roles.look' : 'roles.change')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('roles.copy')}: ${roleName(role)}`}
            onClick={() => setOpen({ role, isCopy: true })}
          >
            {t('roles.copy')}
          </Button>
          {!role.standard && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`${t('common:actions.delete')}: ${roleName(role)}`}
              onClick={() => void remove(role)}
            >
              {t('common:actions.delete')}
            </Button>
          )}
        </Group>
      ),
    },
  ];
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw="60ch">
          {t('roles.lead')}
        </Text>
        <Button onClick={() => setOpen({ role: undefined, isCopy: false })}>{t('roles.make')}</Button>
      </Group>
      <Answer query={query}>
        {(roles) => (
          <DataTable
            name="roles"
            label={t('tabs.roles')}
            columns={columns}
            rows={roles}
            idOf={({ id }) => id}
          />
        )}
      </Answer>
      {open && <RoleEditor {...open} onClose={() => setOpen(undefined)} />}
    </Stack>
  );
}
