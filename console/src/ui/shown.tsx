// How single things are shown: an instant, a number of bytes, a value somebody typed, a status, an id to be copied.
import { ActionIcon, Badge, Box, CopyButton, Spoiler, Text, Tooltip, type MantineColor } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../words/formats';

const TICK_MS = 30_000;

/** The time that relative times are reckoned from; moves on by itself. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const beat = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(beat);
  }, []);
  return now;
}

/** An instant: the time in the reader's zone, relative beside it, and the exact instant on hover. */
export function When({
  at,
  relative = true,
}: {
  readonly at: string | null | undefined;
  readonly relative?: boolean;
}) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  if (at === null || at === undefined) return <span>{t('time.never')}</span>;
  return (
    <Tooltip label={`${at} · ${formats.zone}`} withArrow events={{ hover: true, focus: true, touch: true }}>
      <Box component="time" dateTime={at}>
        <span style={{ whiteSpace: 'nowrap' }}>{formats.time(at)}</span>
        {relative && (
          <Text span c="dimmed" size="xs">
            {' '}
            {formats.relative(at, now)}
          </Text>
        )}
      </Box>
    </Tooltip>
  );
}

/** What somebody typed: never read as HTML, whichever way it is written, long ones folded. */
export function Value({
  value,
  lines = 3,
}: {
  readonly value: string | null | undefined;
  readonly lines?: number;
}) {
  const { t } = useTranslation();
  if (value === null || value === undefined || value === '')
    return (
      <Text span inherit c="dimmed" aria-label={t('states.noValue')}>
        —
      </Text>
    );
  const text = (
    <Text span inherit dir="auto" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {value}
    </Text>
  );
  if (value.length < 160 && !value.includes('\n')) return text;
  return (
    <Spoiler maxHeight={lines * 24} showLabel={t('actions.more')} hideLabel={t('actions.less')}>
      {text}
    </Spoiler>
  );
}

/** A change of a value, from what it was to what it became. */
export function Change({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  return (
    <Box component="span">
      <Box component="del" style={{ textDecoration: from ? 'line-through 1px' : 'none' }}>
        <Value value={from} />
      </Box>{' '}
      <span aria-hidden>→</span>{' '}
      <Box component="ins" style={{ textDecoration: 'none', fontWeight: 500 }}>
        <Value value={to} />
      </Box>
    </Box>
  );
}

const colors: Readonly<Record<string, MantineColor>> = {
  COMPLETED: 'green',
  READY: 'green',
  EXECUTED: 'green',
  ACTIVE: 'green',
  DONE: 'green',
  PASSED: 'green',
  AVAILABLE: 'green',
  RUNNING: 'blue',
  PROCESSING: 'blue',
  STARTED: 'blue',
  PLANNING: 'blue',
  PENDING: 'blue',
  REQUESTED: 'blue',
  TAKEN_UP: 'blue',
  QUEUED: 'gray',
  DEFERRED: 'gray',
  FAILED: 'red',
  REJECTED: 'red',
  REFUSED: 'red',
  AWAITING_APPROVAL: 'orange',
  EXPIRED: 'gray',
  CANCELLED: 'gray',
  CANCELED: 'gray',
};

/** A status by its word, not by colour alone. */
export function Status({ status, label }: { readonly status: string; readonly label: string }) {
  return (
    <Badge color={colors[status] ?? 'gray'} variant="light" c="var(--mantine-color-text)" miw="max-content">
      {label}
    </Badge>
  );
}

/** A button that copies. */
export function Copy({ value, label }: { readonly value: string; readonly label?: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('actions.copied') : (label ?? t('actions.copy'))} withArrow>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            onClick={copy}
            aria-label={label ?? t('actions.copy')}
          >
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A term and what is said of it, in a list of such pairs. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [string, ReactNode] | false | undefined)[];
}) {
  return (
    <Box
      component="dl"
      m={0}
      style={{ display: 'grid', gridTemplateColumns: 'minmax(7rem, max-content) 1fr', gap: '0.4rem 1rem' }}
    >
      {facts.map(
        (fact) =>
          fact && (
            <Box key={fact[0]} style={{ display: 'contents' }}>
              <Text component="dt" c="dimmed" size="sm">
                {fact[0]}
              </Text>
              <Box component="dd" m={0} fz="sm" style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                {fact[1]}
              </Box>
            </Box>
          ),
      )}
    </Box>
  );
}
