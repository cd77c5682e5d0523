// When it was done: spans that are often asked for, and any other, by the clocks of the reader's zone.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../words/formats';
import { dayAfter, dayOf, instantOf, wallOf } from '../../../words/wall-clock';
import type { Asked } from '../filter';

export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly last?: number | undefined;
}

const LASTS = [1, 7, 30, 90, 365] as const;

/** A day of a zone, up to the millisecond before the next. */
const wholeDay = (day: string, zone: string): Span => ({
  from: instantOf(day, zone),
  to: new Date(Date.parse(instantOf(dayAfter(day), zone)!) - 1).toISOString(),
});

export function useSpanText(): (asked: Pick<Asked, 'filter' | 'last'>) => string | undefined {
  const { t } = useTranslation(['audit', 'common']);
  const { shortTime } = useFormats();
  return ({ filter: { from, to }, last }) => {
    if (last !== undefined) return last === 1 ? t('span.day') : t('span.last', { count: last });
    if (from !== undefined && to !== undefined) return `${shortTime(from)} – ${shortTime(to)}`;
    if (from !== undefined) return t('span.from', { time: shortTime(from) });
    return to === undefined ? undefined : t('span.to', { time: shortTime(to) });
  };
}

interface Props {
  readonly span: Span;
  readonly onApply: (span: Span) => void;
  /** Whether it may go without any span. */
  readonly hasAll?: boolean;
}

export function TimeFilter({ span, onApply, hasAll = true }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const { zone } = useFormats();
  const [from, setFrom] = useState(span.from === undefined ? '' : wallOf(span.from, zone));
  const [to, setTo] = useState(span.to === undefined ? '' : wallOf(span.to, zone));
  const [today] = useState(() => dayOf(new Date(), zone));
  const isWrong = from !== '' && to !== '' && from > to;
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    const end = to === '' ? undefined : instantOf(to, zone);
    onApply({
      from: from === '' ? undefined : instantOf(from, zone),
      // The minute that was given is still in it.
      to: end === undefined ? undefined : new Date(Date.parse(end) + 59_999).toISOString(),
    });
  };
  return (
    <Stack gap="sm">
      <Group gap={6}>
        <Button
          size="compact-xs"
          variant="default"
          data-autofocus
          onClick={() => onApply(wholeDay(today, zone))}
        >
          {t('span.today')}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onApply(wholeDay(dayAfter(today, -1), zone))}
        >
          {t('span.yesterday')}
        </Button>
        {LASTS.map((count) => (
          <Button
            key={count}
            size="compact-xs"
            variant={span.last === count ? 'light' : 'default'}
            onClick={() => onApply({ last: count })}
          >
            {count === 1 ? t('span.day') : t('span.last', { count })}
          </Button>
        ))}
        {hasAll && (
          <Button size="compact-xs" variant="default" onClick={() => onApply({})}>
            {t('span.all')}
          </Button>
        )}
      </Group>
      <form onSubmit={apply}>
        <Stack gap="xs">
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('span.since')}
            value={from}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('span.until')}
            value={to}
            error={isWrong ? t('span.wrong') : undefined}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              {t('common:time.zone', { zone })}
            </Text>
            <Button size="compact-sm" type="submit">
              {t('filters.apply')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
