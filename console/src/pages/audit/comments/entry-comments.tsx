// The comments on one row of the audit log.
import { Button, SegmentedControl, Stack } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { useMay } from '../../../api/session';
import { Empty, Failed, Loading } from '../../../ui/states';
import { saidAnew, STATES, threadsQuery, type State } from './comments.queries';
import { Composer } from './composer';
import { ThreadCard } from './thread-card';

export function EntryComments({
  entryId,
  linked,
}: {
  readonly entryId: string;
  readonly linked: string | undefined;
}) {
  const { t } = useTranslation(['audit', 'common']);
  const queries = useQueryClient();
  const mayWrite = useMay('audit.comment');
  const [state, setState] = useState<State>('all');
  const threads = useInfiniteQuery(threadsQuery(entryId, state));
  const add = async (text: string) => {
    await answered(
      api.POST('/audit/v1/entries/{id}/comments', { params: { path: { id: entryId } }, body: { text } }),
    );
    await saidAnew(queries, entryId);
  };
  const all = threads.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <Stack gap="sm">
      {mayWrite && <Composer label={t('comments.new')} submit={t('comments.send')} onSubmit={add} />}
      <SegmentedControl
        size="xs"
        aria-label={t('comments.filter')}
        value={state}
        onChange={(value) => setState(value)}
        data={STATES.map((value) => ({ value, label: t(`comments.${value}`) }))}
      />
      {threads.isPending && <Loading />}
      {threads.error && <Failed error={threads.error} retry={() => void threads.refetch()} />}
      {threads.data && all.length === 0 && (
        <Empty
          title={t(state === 'all' ? 'comments.empty' : 'comments.emptyState')}
          text={mayWrite ? t('comments.emptyText') : undefined}
        />
      )}
      {all.map((thread) => (
        <ThreadCard key={thread.id} thread={thread} linked={linked} />
      ))}
      {threads.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={threads.isFetchingNextPage}
          onClick={() => void threads.fetchNextPage()}
        >
          {t('common:actions.more')}
        </Button>
      )}
    </Stack>
  );
}
