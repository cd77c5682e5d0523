// One's own sessions; for super admins, those of employees of the vendor, too. Each can be ended, or all others at once.
import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { SessionList, type Session } from '../../ui/session-list';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { mySessionsQuery } from './profile.queries';

export function SessionsTab() {
  const { t } = useTranslation(['profile', 'common']);
  const { session: wanted } = useSearch({ from: '/shell/profile' });
  const queries = useQueryClient();
  const query = useInfiniteQuery(mySessionsQuery);
  const settled = {
    onSuccess: () => tellDone(t('sessions.done')),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  };
  const ending = useMutation({
    mutationFn: (id: string) => answered(api.DELETE('/auth/v1/sessions/{id}', { params: { path: { id } } })),
    ...settled,
  });
  const endingOthers = useMutation({
    mutationFn: () => answered(api.DELETE('/auth/v1/sessions', { params: { query: { others: 'true' } } })),
    ...settled,
  });
  const endOne = async ({ id, device, employee }: Session) => {
    const name = employee?.name ?? device?.name ?? t('common:sessions.unknownDevice');
    const isSure = await confirm({
      title: t('sessions.endTitle'),
      text: t('sessions.endText', { name }),
      confirm: t('common:sessions.end'),
      isDangerous: true,
    });
    if (isSure) ending.mutate(id);
  };
  const endOthers = async (count: number) => {
    const isSure = await confirm({
      title: t('sessions.endOthers'),
      text: t('sessions.endOthersText', { count }),
      confirm: t('sessions.endOthersConfirm', { count }),
      isDangerous: true,
    });
    if (isSure) endingOthers.mutate();
  };
  return (
    <Answer query={query}>
      {({ pages }) => {
        const sessions = pages.flatMap(({ results }) => results);
        const others = sessions.filter(({ current, employee }) => !current && !employee).length;
        const isGone =
          wanted !== undefined && !query.hasNextPage && sessions.every(({ id }) => id !== wanted);
        return (
          <Stack>
            <Group justify="space-between">
              <Text size="sm" c="dimmed">
                {t('sessions.lead')}
              </Text>
              <Button
                variant="default"
                disabled={others === 0}
                loading={endingOthers.isPending}
                onClick={() => void endOthers(others)}
              >
                {t('sessions.endOthers')}
              </Button>
            </Group>
            {isGone && (
              <Text size="sm" role="status">
                {t('sessions.gone')}
              </Text>
            )}
            <SessionList sessions={sessions} highlighted={wanted} onEnd={(session) => void endOne(session)} />
            {query.hasNextPage && (
              <Button
                variant="default"
                style={{ alignSelf: 'center' }}
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {t('common:actions.more')}
              </Button>
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}
