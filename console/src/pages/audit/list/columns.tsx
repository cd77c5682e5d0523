// The columns that rows of the audit log can be shown in, by the names that the API keeps them under in a view.
import { Badge, Group, Text } from '@mantine/core';
import { IconMessage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAuditWords } from '../../../ui/audit-words';
import { useFormats } from '../../../words/formats';
import type { Row } from '../audit.queries';

export interface RowColumn {
  readonly id: ColumnId;
  readonly label: string;
  /** As a track of a CSS grid. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
}

export const COLUMNS = [
  ...(['occurredAt', 'actor', 'category', 'subCategory', 'action', 'target', 'summary', 'position'] as const),
  ...([
    'client.ip',
    'client.country',
    'client.region',
    'client.device',
    'client.loginType',
    'comments',
  ] as const),
] as const;
export type ColumnId = (typeof COLUMNS)[number];
export const FIRST_COLUMNS: readonly ColumnId[] = [
  ...(['occurredAt', 'actor', 'category', 'action', 'target', 'summary', 'comments'] as const),
];

const Cut = ({ children, dim = false }: { readonly children: ReactNode; readonly dim?: boolean }) => (
  <Text span size="sm" truncate display="block" dir="auto" c={dim ? 'dimmed' : undefined}>
    {children}
  </Text>
);

/** How many comments there are, and whether something is open. */
export function CommentMark({ comments }: Pick<Row, 'comments'>) {
  const { t } = useTranslation('audit');
  if (!comments || comments.total === 0) return null;
  const { total, open } = comments;
  const label =
    t('comments.count', { count: total }) + (open > 0 ? `, ${t('comments.openCount', { count: open })}` : '');
  return (
    <Badge
      size="sm"
      variant={open > 0 ? 'light' : 'default'}
      color={open > 0 ? 'orange' : 'gray'}
      leftSection={<IconMessage size={12} aria-hidden />}
      aria-label={label}
      title={label}
      tt="none"
    >
      {open > 0 ? t('comments.openMark', { count: total }) : total}
    </Badge>
  );
}

export function useRowColumns(): readonly RowColumn[] {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { time, number } = useFormats();
  const cells: Readonly<Record<ColumnId, Omit<RowColumn, 'id' | 'label'>>> = {
    occurredAt: {
      width: '172px',
      cell: ({ occurredAt }) => (
        <time dateTime={occurredAt} title={occurredAt}>
          {time(occurredAt)}
        </time>
      ),
    },
    actor: {
      width: 'minmax(110px, 1fr)',
      cell: ({ actor }) => (
        <Group gap={4} wrap="nowrap" miw={0}>
          <Cut>{words.actor(actor)}</Cut>
          {words.kind(actor) !== undefined && (
            <Text span size="xs" c="dimmed" style={{ flexShrink: 0 }}>
              {words.kind(actor)}
            </Text>
          )}
        </Group>
      ),
    },
    category: {
      width: 'minmax(120px, 0.8fr)',
      cell: ({ category }) => <Cut>{words.category(category)}</Cut>,
    },
    subCategory: {
      width: 'minmax(110px, 0.7fr)',
      cell: ({ subCategory }) => <Cut>{words.subCategory(subCategory)}</Cut>,
    },
    action: { width: '108px', cell: ({ action }) => <Cut>{words.action(action)}</Cut> },
    target: {
      width: 'minmax(130px, 1fr)',
      cell: ({ target }) => target && <Cut>{target.label ?? `${words.type(target.type)} ${target.id}`}</Cut>,
    },
    summary: { width: 'minmax(120px, 1.6fr)', cell: ({ summary }) => <Cut>{summary}</Cut> },
    position: { width: '90px', cell: ({ position }) => <Cut dim>{number(Number(position))}</Cut> },
    'client.ip': { width: '130px', cell: ({ client }) => <Cut>{client?.ip}</Cut> },
    'client.country': { width: '80px', cell: ({ client }) => <Cut>{client?.country}</Cut> },
    'client.region': { width: '110px', cell: ({ client }) => <Cut>{client?.region}</Cut> },
    'client.device': { width: '150px', cell: ({ client }) => <Cut>{client?.device?.name}</Cut> },
    'client.loginType': {
      width: '110px',
      cell: ({ client }) => <Cut>{client?.loginType && words.loginType(client.loginType)}</Cut>,
    },
    comments: { width: '92px', cell: (row) => <CommentMark comments={row.comments} /> },
  };
  return COLUMNS.map((id) => ({
    id,
    label: t(`columns.${id.replace('client.', '') as 'actor'}`),
    ...cells[id],
  }));
}
