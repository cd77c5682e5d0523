// Rows without end: only those that are looked at stand in the page. Arrow keys move, Enter opens.
import { Box, Group, Skeleton, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAuditWords } from '../../../ui/audit-words';
import { useFormats } from '../../../words/formats';
import type { Row } from '../audit.queries';
import type { Sort } from '../filter';
import { CommentMark, useRowColumns, type ColumnId, type RowColumn } from './columns';
import classes from './rows.module.css';
import type { Rows } from './rows';

const HEIGHT = 36;
const NARROW_HEIGHT = 64;
/** Rows that are drawn above and below what is seen. */
const BEYOND = 12;

interface Props {
  readonly rows: Rows;
  readonly columns: readonly ColumnId[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  /** Id of the row that is open. */
  readonly open: string | undefined;
  readonly onOpen: (row: Row) => void;
  readonly isNarrow: boolean;
  /** Told after the last row. */
  readonly end: ReactNode;
}

export function RowList({ rows, columns, sort, onSort, open, onOpen, isNarrow, end }: Props) {
  const { t } = useTranslation('audit');
  const all = useRowColumns();
  const shown = columns.flatMap((id) => all.find((column) => column.id === id) ?? []);
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const height = isNarrow ? NARROW_HEIGHT : HEIGHT;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are called where it is rendered
  const virtual = useVirtualizer({
    count: rows.length + (rows.isWhole ? 0 : 20),
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: BEYOND,
    initialOffset: rows.offset,
    scrollMargin: HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const { show, question, keepOffset } = rows;
  useEffect(() => show(first, last));
  useEffect(() => {
    scroll.current?.scrollTo({ top: rows.offset() });
    // Another question begins where the reader left it; the rest follows by itself.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [question]);
  const openAt = open === undefined ? -1 : rows.indexOf(open);
  const at = active >= 0 ? active : openAt;
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
    const row = rows.rowAt(next);
    if (open !== undefined && row) onOpen(row);
  };
  const seen = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 400) / height) - 2);
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), PageDown: at + seen, PageUp: at - seen },
      ...{ Home: 0, End: rows.length - 1 },
    };
    const step = steps[event.key];
    if (event.target !== event.currentTarget && event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    if (step !== undefined) {
      event.preventDefault();
      go(step);
    } else if (event.key === 'Enter' && rows.rowAt(at)) {
      event.preventDefault();
      onOpen(rows.rowAt(at)!);
    }
  };
  const tracks = shown.map(({ width }) => width).join(' ');
  const byTime = sort === '-occurredAt' ? 'descending' : sort === 'occurredAt' ? 'ascending' : 'none';
  return (
    <Box
      ref={scroll}
      className={classes.scroll}
      tabIndex={0}
      role="grid"
      aria-label={t('title')}
      aria-rowcount={rows.isWhole ? rows.length + 1 : -1}
      aria-activedescendant={rows.rowAt(at) ? `row-${rows.rowAt(at)!.id}` : undefined}
      aria-describedby="rows-keys"
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => keepOffset(currentTarget.scrollTop)}
      style={{ '--rows-width': isNarrow ? '0px' : `${shown.length * 118}px` }}
    >
      <VisuallyHidden id="rows-keys">{t('list.keys')}</VisuallyHidden>
      <div role="rowgroup" className={classes.head}>
        <div
          role="row"
          aria-rowindex={1}
          className={classes.line}
          style={isNarrow ? { gridTemplateColumns: '1fr' } : { gridTemplateColumns: tracks }}
        >
          {(isNarrow ? shown.slice(0, 1) : shown).map(({ id, label }) =>
            id === 'occurredAt' || (isNarrow && id === shown[0]?.id) ? (
              <div key={id} role="columnheader" aria-sort={byTime}>
                <UnstyledButton
                  fz="sm"
                  fw={700}
                  onClick={() => onSort(byTime === 'descending' ? 'occurredAt' : '-occurredAt')}
                >
                  <Group gap={4} wrap="nowrap">
                    {t('columns.occurredAt')}
                    {byTime === 'ascending' && <IconArrowUp size={14} aria-hidden />}
                    {byTime === 'descending' && <IconArrowDown size={14} aria-hidden />}
                  </Group>
                </UnstyledButton>
              </div>
            ) : (
              <div key={id} role="columnheader">
                {label}
              </div>
            ),
          )}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, start }) => (
          <Line
            key={index}
            row={rows.rowAt(index)}
            index={index}
            start={start - HEIGHT}
            columns={shown}
            tracks={tracks}
            isActive={index === at}
            isOpen={open !== undefined && rows.rowAt(index)?.id === open}
            isNarrow={isNarrow}
            onOpen={(row) => {
              setActive(index);
              onOpen(row);
            }}
          />
        ))}
      </div>
      {rows.isWhole && (
        <Box p="sm" ta="center" pos="sticky" left={0}>
          {end}
        </Box>
      )}
    </Box>
  );
}

interface LineProps {
  readonly row: Row | undefined;
  readonly index: number;
  readonly start: number;
  readonly columns: readonly RowColumn[];
  readonly tracks: string;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isNarrow: boolean;
  readonly onOpen: (row: Row) => void;
}

const Line = memo(
  function Line({ row, index, start, columns, tracks, isActive, isOpen, isNarrow, onOpen }: LineProps) {
    const className = `${classes.line} ${classes.row} ${isNarrow ? classes.narrow : ''}`;
    const style = {
      transform: `translateY(${start}px)`,
      ...(!isNarrow && { gridTemplateColumns: tracks }),
    };
    if (!row)
      return (
        <div role="row" aria-rowindex={index + 2} className={className} style={style}>
          <div role="gridcell">
            <Skeleton height={12} width="80%" />
          </div>
        </div>
      );
    return (
      <div
        role="row"
        id={`row-${row.id}`}
        aria-rowindex={index + 2}
        aria-selected={isOpen}
        data-active={isActive || undefined}
        className={className}
        style={style}
        onClick={() => onOpen(row)}
      >
        {isNarrow ? (
          <NarrowLine row={row} />
        ) : (
          columns.map(({ id, cell }) => (
            <div key={id} role="gridcell">
              {cell(row)}
            </div>
          ))
        )}
      </div>
    );
  },
  (a, b) =>
    a.row === b.row &&
    a.start === b.start &&
    a.tracks === b.tracks &&
    a.isActive === b.isActive &&
    a.isOpen === b.isOpen &&
    a.isNarrow === b.isNarrow &&
    a.columns.length === b.columns.length &&
    a.columns.every(({ label }, i) => label === b.columns[i]!.label),
);

function NarrowLine({ row }: { readonly row: Row }) {
  const words = useAuditWords();
  const { shortTime } = useFormats();
  return (
    <>
      <div role="gridcell">
        <Text size="sm" truncate dir="auto">
          {row.summary}
          {row.target?.label !== undefined && ` · ${row.target.label}`}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {shortTime(row.occurredAt)} · {words.actor(row.actor)}
        </Text>
      </div>
      <div role="gridcell">
        <CommentMark comments={row.comments} />
      </div>
    </>
  );
}
