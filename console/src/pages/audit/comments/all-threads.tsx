// All threads of comments, newest first: what is open, and where somebody was mentioned.
import { Anchor, Button, Group, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty, Failed, Loading } from '../../../ui/states';
import { useAuditWords } from '../../../ui/audit-words';
import { useFormats } from '../../../words/formats';
import { entryQuery } from '../audit.queries';
import { allThreadsQuery, STATES, stateOf, type State } from './comments.queries';
import { ThreadCard } from './thread-card';

interface Props {
  readonly state: string | undefined;
  readonly isMine: boolean;
  readonly onState: (state: State) => void;
  readonly onMine: (isMine: boolean) => void;
}

export function AllThreads({ state: asked, isMine, onState, onMine }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const state = stateOf(asked, 'open');
  const threads = useInfiniteQuery(allThreadsQuery(state, isMine));
  const all = threads.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <Stack gap="sm" maw={820}>
      <Group>
        <SegmentedControl
          size="xs"
          aria-label={t('comments.filter')}
          value={state}
          onChange={(value) => onState(value)}
          data={STATES.map((value) => ({ value, label: t(`comments.${value}`) }))}
        />
        <Switch
          label={t('comments.mine')}
          checked={isMine}
          onChange={({ currentTarget }) => onMine(currentTarget.checked)}
        />
      </Group>
      {threads.isPending && <Loading />}
      {threads.error && <Failed error={threads.error} retry={() => void threads.refetch()} />}
      {threads.data && all.length === 0 && (
        <Empty
          title={t(state === 'open' ? 'comments.noneOpen' : 'comments.emptyState')}
          text={t('comments.howTo')}
        />
      )}
      {all.map((thread) => (
        <ThreadCard
          key={thread.id}
          thread={thread}
          head={<About entryId={thread.entryId} commentId={thread.id} />}
        />
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

function About({ entryId, commentId }: { readonly entryId: string; readonly commentId: string }) {
  const { t } = useTranslation(['audit', 'common']);
  const words = useAuditWords();
  const { shortTime } = useFormats();
  const { data: entry } = useQuery(entryQuery(entryId));
  return (
    <>
      <Anchor
        size="sm"
        dir="auto"
        renderRoot={(props) => (
          <Link to="/audit" search={{ entry: entryId, pane: 'comments', comment: commentId }} {...props} />
        )}
      >
        {entry
          ? [entry.summary, entry.target?.label].filter(Boolean).join(' · ')
          : t('entry.title', { id: Number(entryId) })}
      </Anchor>
      {entry && (
        <Text size="xs" c="dimmed">
          {shortTime(entry.occurredAt)} · {words.actor(entry.actor)}
        </Text>
      )}
    </>
  );
}
