// One user: who they are, what they may, where they are signed in, and what can be done about it.
import { Badge, Button, Group, Paper, Stack, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Page } from '../../ui/page';
import { SessionList } from '../../ui/session-list';
import { Copy, Facts, Status, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { changesOf, UserFields, valuesOf } from './user-fields';
import { UserActs } from './user-acts';
import { nameOf, useRefreshUsers, userQuery, userSessionsQuery, type User } from './users.queries';

export default function UserPage() {
  const { userId } = useParams({ from: '/shell/users/$userId' });
  return <Answer query={useQuery(userQuery(userId))}>{(user) => <UserShown user={user} />}</Answer>;
}

function UserShown({ user }: { readonly user: User }) {
  const { t } = useTranslation(['users', 'common']);
  return (
    <Page
      title={nameOf(user)}
      above={[{ label: t('common:pages.users'), to: '/users' }]}
      actions={<UserActs user={user} />}
    >
      <Paper withBorder p="lg">
        <Facts
          facts={[
            [t('common:fields.email'), user.email],
            [
              t('status.label'),
              <Group gap="xs" key="status">
                <Status status={user.status.toUpperCase()} label={t(`status.${user.status}`)} />
                {user.superAdmin && (
                  <Badge variant="light" color="cyan">
                    {t('standardRoles.super-admin')}
                  </Badge>
                )}
              </Group>,
            ],
            user.invitedUntil !== undefined && [
              t('invite.until'),
              <When key="until" at={user.invitedUntil} />,
            ],
            [t('fields.twoFactor'), t(user.twoFactor ? 'fields.active' : 'fields.none')],
            [t('fields.since'), <When key="since" at={user.createdAt} />],
            [t('fields.changed'), <When key="changed" at={user.updatedAt} />],
            [
              t('fields.id'),
              <Group gap={4} key="id">
                {user.id}
                <Copy value={user.id} />
              </Group>,
            ],
          ]}
        />
      </Paper>
      {(user.status === 'active' || user.status === 'invited') && (
        <ChangeForm key={user.updatedAt} user={user} />
      )}
      {user.status === 'active' && <SessionsOf userId={user.id} />}
    </Page>
  );
}

function ChangeForm({ user }: { readonly user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const refresh = useRefreshUsers();
  const before = valuesOf(user);
  const [values, setValues] = useState(before);
  const changes = changesOf(before, values);
  const isSame = Object.keys(changes).length === 0;
  const saving = useMutation({
    mutationFn: () => {
      const { secondaryTeamIds, ...others } = changes;
      const body = { ...others, ...(secondaryTeamIds && { secondaryTeamIds: [...secondaryTeamIds] }) };
      return answered(
        api.PUT('/settings/v3/users/{userId}', { params: { path: { userId: user.id } }, body }),
      );
    },
    onSuccess: async () => {
      tellDone(t('change.done'));
      await refresh();
    },
  });
  return (
    <Paper withBorder p="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack maw={560}>
          <Title order={2} size="h4">
            {t('change.title')}
          </Title>
          <UserFields values={values} onChange={setValues} />
          {saving.error && <Failure error={saving.error} onDismiss={() => saving.reset()} />}
          <Group>
            <Button type="submit" disabled={isSame} loading={saving.isPending}>
              {t('common:actions.save')}
            </Button>
            <Button variant="default" disabled={isSame} onClick={() => setValues(before)}>
              {t('change.discard')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function SessionsOf({ userId }: { readonly userId: string }) {
  const { t } = useTranslation(['users', 'common']);
  const query = useInfiniteQuery(userSessionsQuery(userId));
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('common:sessions.label')}
      </Title>
      <Answer query={query}>
        {({ pages }) => (
          <>
            <SessionList sessions={pages.flatMap(({ results }) => results)} />
            {query.hasNextPage && (
              <Button variant="default" onClick={() => void query.fetchNextPage()}>
                {t('common:actions.more')}
              </Button>
            )}
          </>
        )}
      </Answer>
    </Stack>
  );
}
