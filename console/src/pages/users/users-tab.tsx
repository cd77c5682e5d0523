// All users: looked through by name and address, by how far they are, and invited.
import { Anchor, Badge, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { Status, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { InviteDialog } from './invite-dialog';
import { useRoleName } from './role-name';
import { nameOf, rolesQuery, teamsQuery, usersQuery, type User } from './users.queries';

const statuses = ['active', 'invited', 'deactivated', 'withdrawn'] as const;

/** Whether a user is one of those who are looked for. */
const fits = (user: User, q: string, status: string | undefined): boolean =>
  (status === undefined ? user.status !== 'withdrawn' : status === 'all' || user.status === status) &&
  `${nameOf(user)} ${user.email}`.toLowerCase().includes(q.trim().toLowerCase());

const sorts: Readonly<Record<string, (user: User) => string>> = {
  name: (user) => nameOf(user).toLowerCase(),
  email: ({ email }) => email,
  createdAt: ({ createdAt }) => createdAt,
};

function sorted(users: readonly User[], sort: string): readonly User[] {
  const by = sorts[sort.replace(/^-/, '')] ?? sorts.name!;
  const inOrder = users.toSorted((a, b) => by(a).localeCompare(by(b)));
  return sort.startsWith('-') ? inOrder.toReversed() : inOrder;
}

export function UsersTab() {
  const { t } = useTranslation(['users', 'common']);
  const { q = '', status, sort = 'name' } = useSearch({ from: '/shell/users' });
  const navigate = useNavigate();
  const { number } = useFormats();
  const [isInviting, setInviting] = useState(false);
  const query = useQuery(usersQuery);
  const columns = useColumnsOfUsers();
  const look = (change: { q?: string; status?: string | undefined; sort?: string | undefined }) =>
    void navigate({ to: '/users', search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <>
      <Answer query={query}>
        {(users) => {
          const found = sorted(
            users.filter((user) => fits(user, q, status)),
            sort,
          );
          return (
            <Stack>
              <Group align="flex-end" justify="space-between">
                <Group align="flex-end">
                  <TextInput
                    label={t('common:fields.search')}
                    leftSection={<IconSearch size={16} aria-hidden />}
                    placeholder={t('searchBy')}
                    value={q}
                    onChange={({ currentTarget }) => look({ q: currentTarget.value })}
                  />
                  <Select
                    label={t('status.label')}
                    data={[
                      { value: 'present', label: t('status.present') },
                      ...statuses.map((one) => ({ value: one, label: t(`status.${one}`) })),
                      { value: 'all', label: t('status.all') },
                    ]}
                    value={status ?? 'present'}
                    allowDeselect={false}
                    onChange={(chosen) => look({ status: chosen === 'present' ? undefined : chosen! })}
                  />
                </Group>
                <Button
                  leftSection={<IconUserPlus size={18} aria-hidden />}
                  onClick={() => setInviting(true)}
                >
                  {t('invite.action')}
                </Button>
              </Group>
              <DataTable
                name="users"
                label={t('tabs.users')}
                columns={columns}
                rows={found}
                idOf={({ id }) => id}
                sort={sort}
                onSort={(chosen) => look({ sort: chosen })}
                empty={<Empty title={t('noneFound')} text={t('noneFoundText')} />}
              />
              <Text size="sm" c="dimmed" aria-live="polite">
                {t('shown', { shown: number(found.length), total: number(users.length) })}
              </Text>
            </Stack>
          );
        }}
      </Answer>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function useColumnsOfUsers(): readonly Column<User>[] {
  const { t } = useTranslation(['users', 'common']);
  const roleName = useRoleName();
  const { data: roles = [] } = useQuery(rolesQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const teamNames = ({ primaryTeamId, secondaryTeamIds }: User) =>
    [primaryTeamId ?? [], secondaryTeamIds]
      .flat()
      .map((id) => teams.find((team) => team.id === id)?.name ?? id)
      .join(', ');
  return [
    {
      id: 'name',
      label: t('fields.name'),
      sort: 'name',
      isFixed: true,
      cell: (user) => (
        <Anchor
          size="sm"
          fw={500}
          dir="auto"
          renderRoot={(props) => <Link to="/users/$userId" params={{ userId: user.id }} {...props} />}
        >
          {nameOf(user)}
        </Anchor>
      ),
    },
    { id: 'email', label: t('common:fields.email'), sort: 'email', cell: ({ email }) => email },
    {
      id: 'role',
      label: t('fields.role'),
      cell: ({ roleId }) => {
        const role = roles.find(({ id }) => id === roleId);
        return role ? roleName(role) : (roleId ?? t('noRole'));
      },
    },
    { id: 'teams', label: t('fields.teams'), cell: (user) => teamNames(user) || '—' },
    {
      id: 'status',
      label: t('status.label'),
      cell: ({ status, invitedUntil }) => (
        <Stack gap={0} align="flex-start">
          <Status status={status.toUpperCase()} label={t(`status.${status}`)} />
          {status === 'invited' && (
            <Text size="xs" c="dimmed">
              {invitedUntil === undefined || Date.parse(invitedUntil) < Date.now() ? (
                t('invite.expired')
              ) : (
                <>
                  {t('invite.until')} <When at={invitedUntil} relative={false} />
                </>
              )}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      id: 'twoFactor',
      label: t('fields.twoFactor'),
      cell: ({ twoFactor }) =>
        twoFactor ? (
          <Badge variant="light" color="teal">
            {t('fields.active')}
          </Badge>
        ) : (
          <Text size="sm" c="dimmed">
            {t('fields.none')}
          </Text>
        ),
    },
    {
      id: 'createdAt',
      label: t('fields.since'),
      sort: 'createdAt',
      isHidden: true,
      cell: ({ createdAt }) => <When at={createdAt} />,
    },
  ];
}
