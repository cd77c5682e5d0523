// Teams: made, renamed and deleted, with who is in each.
import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { Answer, Empty, Failure } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { nameOf, teamsQuery, usersQuery, useRefreshUsers, type Team } from './users.queries';

export function TeamsTab() {
  const { t } = useTranslation(['users', 'common']);
  const query = useQuery(teamsQuery);
  const refresh = useRefreshUsers();
  const [named, setNamed] = useState<Team | 'new'>();
  const deleting = useMutation({
    mutationFn: ({ id }: Team) =>
      answered(api.DELETE('/settings/v3/users/teams/{teamId}', { params: { path: { teamId: id } } })),
    onSuccess: (_, { name }) => tellDone(t('teams.deleted', { name })),
    onError: tellFailure,
    onSettled: refresh,
  });
  const remove = async (team: Team) => {
    const count = team.userIds.length + team.secondaryUserIds.length;
    const isSure = await confirm({
      title: t('teams.deleteTitle', { name: team.name }),
      text: t('teams.deleteText', { count }),
      confirm: t('teams.deleteConfirm'),
      isDangerous: true,
    });
    if (isSure) deleting.mutate(team);
  };
  const columns: readonly Column<Team>[] = [
    {
      id: 'name',
      label: t('teams.name'),
      isFixed: true,
      cell: ({ name }) => (
        <Text size="sm" fw={500} dir="auto">
          {name}
        </Text>
      ),
    },
    { id: 'members', label: t('teams.members'), cell: ({ userIds }) => <Members ids={userIds} /> },
    {
      id: 'besides',
      label: t('teams.besides'),
      cell: ({ secondaryUserIds }) => <Members ids={secondaryUserIds} />,
    },
    {
      id: 'acts',
      label: t('acts.label'),
      isFixed: true,
      cell: (team) => (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('teams.rename')}: ${team.name}`}
            onClick={() => setNamed(team)}
          >
            {t('teams.rename')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('common:actions.delete')}: ${team.name}`}
            onClick={() => void remove(team)}
          >
            {t('common:actions.delete')}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw="60ch">
          {t('teams.lead')}
        </Text>
        <Button onClick={() => setNamed('new')}>{t('teams.make')}</Button>
      </Group>
      <Answer query={query}>
        {(teams) => (
          <DataTable
            name="teams"
            label={t('tabs.teams')}
            columns={columns}
            rows={teams}
            idOf={({ id }) => id}
            empty={<Empty title={t('teams.none')} text={t('teams.noneText')} />}
          />
        )}
      </Answer>
      {named !== undefined && <NameDialog team={named} onClose={() => setNamed(undefined)} />}
    </Stack>
  );
}

function Members({ ids }: { readonly ids: readonly string[] }) {
  const { data: users = [] } = useQuery(usersQuery);
  if (ids.length === 0) return <Text size="sm">—</Text>;
  return (
    <Group gap={6}>
      {ids.map((userId) => {
        const user = users.find(({ id }) => id === userId);
        return (
          <Anchor
            key={userId}
            size="sm"
            renderRoot={(props) => <Link to="/users/$userId" params={{ userId }} {...props} />}
          >
            {user ? nameOf(user) : userId}
          </Anchor>
        );
      })}
    </Group>
  );
}

function NameDialog({ team, onClose }: { readonly team: Team | 'new'; readonly onClose: () => void }) {
  const { t } = useTranslation(['users', 'common']);
  const refresh = useRefreshUsers();
  const [name, setName] = useState(team === 'new' ? '' : team.name);
  const saving = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim() };
      if (team === 'new') await answered(api.POST('/settings/v3/users/teams', { body }));
      else
        await answered(
          api.PUT('/settings/v3/users/teams/{teamId}', { params: { path: { teamId: team.id } }, body }),
        );
    },
    onSuccess: async () => {
      tellDone(t('teams.saved', { name: name.trim() }));
      onClose();
      await refresh();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t(team === 'new' ? 'teams.makeTitle' : 'teams.renameTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('teams.name')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={100}
            data-autofocus
            required
            withAsterisk={false}
          />
          {saving.error && <Failure error={saving.error} onDismiss={() => saving.reset()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={saving.isPending} disabled={name.trim() === ''}>
              {t(team === 'new' ? 'teams.makeConfirm' : 'common:actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
