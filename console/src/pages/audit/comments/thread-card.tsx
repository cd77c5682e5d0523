// A thread: its comments below each other, answered, edited, deleted, settled.
import { ActionIcon, Badge, Box, Button, Group, Menu, Paper, Stack, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { nameOf, peopleQuery } from '../../../api/people';
import { useMay } from '../../../api/session';
import { confirm } from '../../../ui/confirm';
import { When } from '../../../ui/shown';
import { tellDone, tellFailure } from '../../../ui/told';
import { Composer } from './composer';
import { saidAnew, type Comment, type Thread } from './comments.queries';

interface Props {
  readonly thread: Thread;
  /** The comment that a link leads to. */
  readonly linked?: string | undefined;
  /** What it stands on, where that is not seen anyway. */
  readonly head?: ReactNode;
}

export function ThreadCard({ thread, linked, head }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const queries = useQueryClient();
  const mayWrite = useMay('audit.comment');
  const [isAnswering, setAnswering] = useState(false);
  const isOpen = thread.state === 'open';
  const settle = async () => {
    try {
      const path = { params: { path: { id: thread.id } } };
      if (isOpen) await answered(api.POST('/audit/v1/comments/{id}/resolve', path));
      else await answered(api.POST('/audit/v1/comments/{id}/reopen', path));
      await saidAnew(queries, thread.entryId);
      tellDone(t(isOpen ? 'comments.resolvedNow' : 'comments.reopenedNow'));
    } catch (error) {
      tellFailure(error);
    }
  };
  const answer = async (text: string) => {
    const body = { text, parentId: thread.id };
    await answered(
      api.POST('/audit/v1/entries/{id}/comments', { params: { path: { id: thread.entryId } }, body }),
    );
    setAnswering(false);
    await saidAnew(queries, thread.entryId);
  };
  return (
    <Paper withBorder p="sm" component="article" aria-label={t('comments.thread')}>
      <Stack gap="sm">
        <Group justify="space-between" align="start" wrap="nowrap">
          <Box miw={0}>{head}</Box>
          <Badge variant="light" color={isOpen ? 'orange' : 'green'} tt="none" style={{ flexShrink: 0 }}>
            {t(isOpen ? 'comments.isOpen' : 'comments.isResolved')}
          </Badge>
        </Group>
        {thread.comments.map((comment) => (
          <One
            key={comment.id}
            comment={comment}
            isLinked={comment.id === linked}
            isFirst={comment.id === thread.id}
          />
        ))}
        {isAnswering ? (
          <Composer
            label={t('comments.answer')}
            submit={t('comments.answer')}
            onSubmit={answer}
            onCancel={() => setAnswering(false)}
            isFocused
          />
        ) : (
          mayWrite && (
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => setAnswering(true)}>
                {t('comments.answer')}
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={() => void settle()}>
                {t(isOpen ? 'comments.resolve' : 'comments.reopen')}
              </Button>
            </Group>
          )
        )}
      </Stack>
    </Paper>
  );
}

function One({
  comment,
  isLinked,
  isFirst,
}: {
  readonly comment: Comment;
  readonly isLinked: boolean;
  readonly isFirst: boolean;
}) {
  const { t } = useTranslation(['audit', 'common']);
  const queries = useQueryClient();
  const { data: people = [] } = useQuery(peopleQuery);
  const [isEdited, setEdited] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isLinked) box.current?.scrollIntoView({ block: 'center' });
  }, [isLinked]);
  const path = { params: { path: { id: comment.id } } };
  const edit = async (text: string) => {
    await answered(api.PATCH('/audit/v1/comments/{id}', { ...path, body: { text } }));
    setEdited(false);
    await saidAnew(queries, comment.entryId);
  };
  const remove = async () => {
    const isMeant = await confirm({
      title: t('comments.deleteTitle'),
      text: t('comments.deleteText'),
      confirm: t('comments.delete'),
      isDangerous: true,
    });
    if (!isMeant) return;
    try {
      await answered(api.DELETE('/audit/v1/comments/{id}', path));
      await saidAnew(queries, comment.entryId);
      tellDone(t('comments.deletedNow'));
    } catch (error) {
      tellFailure(error);
    }
  };
  const copyLink = async () => {
    const link = `${location.origin}/audit?comment=${encodeURIComponent(comment.id)}`;
    try {
      await navigator.clipboard.writeText(link);
      tellDone(t('linkCopied'));
    } catch (error) {
      tellFailure(error);
    }
  };
  const author = people.find(({ id }) => id === comment.author.id);
  const name = author ? nameOf(author) : (comment.author.email ?? comment.author.id);
  return (
    <Box
      ref={box}
      pl={isFirst ? 0 : 'md'}
      style={{
        borderLeft: isFirst ? undefined : '2px solid var(--mantine-color-default-border)',
        ...(isLinked && {
          outline: '2px solid var(--mantine-primary-color-filled)',
          outlineOffset: 4,
          borderRadius: 4,
        }),
      }}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            <When at={comment.createdAt} />
            {comment.editedAt !== undefined && ` · ${t('comments.edited')}`}
          </Text>
        </Group>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('comments.menuOf', { name })}>
              <IconDots size={14} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void copyLink()}>{t('common:actions.copyLink')}</Menu.Item>
            {comment.can.edit && <Menu.Item onClick={() => setEdited(true)}>{t('comments.edit')}</Menu.Item>}
            {comment.can.delete && (
              <Menu.Item color="red" onClick={() => void remove()}>
                {t('comments.delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {isEdited && comment.text !== null ? (
        <Composer
          label={t('comments.edit')}
          submit={t('common:actions.save')}
          first={comment.text}
          onSubmit={edit}
          onCancel={() => setEdited(false)}
          isFocused
        />
      ) : comment.text === null ? (
        <Text size="sm" c="dimmed" fs="italic">
          {t('comments.deleted')}
        </Text>
      ) : (
        <Text size="sm" dir="auto" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          <Mentions text={comment.text} />
        </Text>
      )}
    </Box>
  );
}

/** A text with the addresses that it mentions made bold. */
function Mentions({ text }: { readonly text: string }) {
  const parts = text.split(/(@[^\s@]+@[^\s@]*[^\s@.,;:!?)])/);
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <Text key={index} span inherit fw={600}>
        {part}
      </Text>
    ) : (
      part
    ),
  );
}
