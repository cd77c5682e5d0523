// One row of the audit log beside the list, or over it where there is little room.
import {
  ActionIcon,
  CloseButton,
  Drawer,
  Group,
  Paper,
  ScrollArea,
  Stack,
  Tabs,
  Text,
  Title,
} from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed, Loading } from '../../../ui/states';
import { tellDone, tellFailure } from '../../../ui/told';
import { EntryComments } from '../comments/entry-comments';
import { entryQuery } from '../audit.queries';
import { EntryDetails } from './entry-details';

interface Props {
  readonly entryId: string;
  readonly pane: 'details' | 'comments';
  readonly linked: string | undefined;
  readonly onPane: (pane: 'details' | 'comments') => void;
  readonly onEntry: (id: string) => void;
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
  readonly isDrawer: boolean;
}

export function EntryPanel(props: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const { isDrawer, onClose } = props;
  if (isDrawer)
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size="min(480px, 100%)"
        title={t('entry.panel')}
        padding="sm"
      >
        <Inside {...props} />
      </Drawer>
    );
  return (
    <Paper
      withBorder
      component="aside"
      aria-label={t('entry.panel')}
      p="sm"
      w={440}
      style={{ flexShrink: 0 }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <ScrollArea.Autosize
        mah="calc(100dvh - 84px)"
        type="auto"
        offsetScrollbars
        viewportProps={{ tabIndex: 0 }}
      >
        <Inside {...props} />
      </ScrollArea.Autosize>
    </Paper>
  );
}

function Inside({ entryId, pane, linked, onPane, onEntry, onClose, onPrevious, onNext, isDrawer }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const entry = useQuery(entryQuery(entryId));
  const title = useRef<HTMLHeadingElement>(null);
  const copyLink = async () => {
    try {
      await navigator.clipboard.writeText(`${location.origin}/audit?entry=${entryId}`);
      tellDone(t('linkCopied'));
    } catch (error) {
      tellFailure(error);
    }
  };
  useEffect(() => {
    title.current?.scrollIntoView({ block: 'nearest' });
  }, [entryId]);
  const { data } = entry;
  const open = data?.comments?.open ?? 0;
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Group gap={2}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('entry.previous')}
            title={t('entry.previous')}
            disabled={!onPrevious}
            onClick={onPrevious}
          >
            <IconChevronUp size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('entry.next')}
            title={t('entry.next')}
            disabled={!onNext}
            onClick={onNext}
          >
            <IconChevronDown size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('common:actions.copyLink')}
            title={t('common:actions.copyLink')}
            onClick={() => void copyLink()}
          >
            <IconLink size={18} aria-hidden />
          </ActionIcon>
        </Group>
        {!isDrawer && <CloseButton aria-label={t('entry.close')} onClick={onClose} />}
      </Group>
      <Title order={2} size="h5" ref={title} dir="auto" style={{ overflowWrap: 'anywhere' }}>
        {data ? data.summary : t('entry.title', { id: Number(entryId) || entryId })}
        {data?.target?.label !== undefined && (
          <Text span inherit c="dimmed" fw={400}>
            {` · ${data.target.label}`}
          </Text>
        )}
      </Title>
      <Tabs
        value={pane}
        onChange={(value) => onPane(value === 'comments' ? 'comments' : 'details')}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="details">{t('entry.details')}</Tabs.Tab>
          <Tabs.Tab value="comments">
            {data?.comments ? t('comments.tabOf', { count: data.comments.total }) : t('comments.title')}
            {open > 0 && ` · ${t('comments.openCount', { count: open })}`}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="details">
          {data ? (
            <EntryDetails key={data.id} entry={data} onEntry={onEntry} />
          ) : entry.error ? (
            <Failed error={entry.error} retry={() => void entry.refetch()} />
          ) : (
            <Loading />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="comments">
          <EntryComments key={entryId} entryId={entryId} linked={linked} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
