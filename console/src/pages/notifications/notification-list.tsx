// One's own notifications, newest first, each with what it leads to.
import { Box, Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { NotificationRow } from './notification-row';
import { notificationsQuery } from './notifications.queries';

export function NotificationList() {
  const { t } = useTranslation('notifications');
  const { unread: asked, after, limit } = useSearch({ from: '/shell/notifications' });
  const isUnread = asked === 'true';
  const size = Number(limit) || keptPageSize();
  const query = useQuery(notificationsQuery({ limit: size, after, isUnread }));
  const queries = useQueryClient();
  const navigate = useNavigate({ from: '/notifications' });
  const list = useRef<HTMLUListElement>(null);
  const seen = () => queries.invalidateQueries({ queryKey: ['notifications'] });
  const markOne = useMutation({
    mutationFn: (id: string) =>
      answered(api.POST('/notifications/v1/notifications/{id}/read', { params: { path: { id } } })),
    onSuccess: seen,
    onError: tellFailure,
  });
  const markAll = useMutation({
    mutationFn: () => answered(api.POST('/notifications/v1/read-all')),
    onSuccess: async () => {
      await seen();
      tellDone(t('markedAll'));
      list.current?.focus();
    },
    onError: tellFailure,
  });
  const unread = query.data?.unread ?? 0;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('filter.label')}
          value={isUnread ? 'unread' : 'all'}
          onChange={(chosen) => void navigate({ search: chosen === 'unread' ? { unread: 'true' } : {} })}
          data={[
            { value: 'all', label: t('filter.all') },
            { value: 'unread', label: t('filter.unread') },
          ]}
        />
        <Button
          variant="default"
          leftSection={<IconChecks size={16} aria-hidden />}
          disabled={unread === 0}
          loading={markAll.isPending}
          onClick={() => markAll.mutate()}
        >
          {t('markAll')}
        </Button>
      </Group>
      <Answer query={query}>
        {({ results, paging }) => (
          <>
            {results.length === 0 && (
              <Empty
                title={t(isUnread ? 'emptyUnread.title' : 'empty.title')}
                text={t(isUnread ? 'emptyUnread.text' : 'empty.text')}
                action={
                  isUnread && (
                    <Button variant="default" onClick={() => void navigate({ search: {} })}>
                      {t('showAll')}
                    </Button>
                  )
                }
              />
            )}
            <Box
              component="ul"
              ref={list}
              tabIndex={-1}
              aria-label={t('title')}
              m={0}
              p={0}
              display="grid"
              style={{ listStyle: 'none', outline: 'none', gap: 'var(--mantine-spacing-xs)' }}
            >
              {results.map((one) => (
                <NotificationRow
                  key={one.id}
                  notification={one}
                  isBusy={markOne.isPending && markOne.variables === one.id}
                  onRead={() =>
                    markOne.mutate(one.id, {
                      // The button that was pressed is gone then.
                      onSuccess: () => list.current?.focus(),
                    })
                  }
                  onFollow={() => void (one.read || markOne.mutate(one.id))}
                />
              ))}
            </Box>
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next! }) })}
              size={size}
              onSize={(chosen) =>
                void navigate({ search: ({ after: _, ...now }) => ({ ...now, limit: String(chosen) }) })
              }
              note={t('unreadCount', { count: unread })}
            />
          </>
        )}
      </Answer>
    </Stack>
  );
}
