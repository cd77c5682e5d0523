// How much was done, when, by whom and from where: a day in four numbers, and charts over time. Every number leads to its rows.
import '@mantine/charts/styles.css';
import { ActionIcon, Button, Group, SimpleGrid, Stack, TextInput, Title } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Answer, Failed } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { dayAfter, dayOf } from '../../words/wall-clock';
import { chartQuery, CHARTS, INTERVALS, summaryQuery, type Asked, type Interval } from './analysis.queries';
import { ChartCard } from './chart-card';
import { ChartFilters } from './chart-filters';
import { Tiles } from './tiles';
import { TopAddresses, TopUsers } from './tops';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Days that charts show where nothing else is asked for. */
const DAYS = 30;

export default function AnalysisPage() {
  const { t } = useTranslation('analysis');
  const search = useSearch({ from: '/shell/analysis' });
  const navigate = useNavigate({ from: '/analysis' });
  const { zone } = useFormats();
  // To the hour, so that coming back asks for what has been answered already.
  const [now] = useState(() => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS);
  const today = dayOf(now - HOUR_MS, zone);
  const date = search.date ?? today;
  const interval: Interval = INTERVALS.find((one) => one === search.interval) ?? 'day';
  const { from, to, category, action, userId, teamId } = search;
  const isDated = from !== undefined || to !== undefined;
  const last = isDated ? undefined : Number(search.last) || DAYS;
  const since = last === undefined ? from : new Date(now - last * DAY_MS).toISOString();
  const asked: Asked = {
    ...{ interval, timeZone: zone },
    ...(since !== undefined && { from: since }),
    ...(to !== undefined && { to }),
    ...(category !== undefined && { category }),
    ...(action !== undefined && { action }),
    ...(userId !== undefined && { userId }),
    ...(teamId !== undefined && { teamId }),
  };
  const set = (change: Readonly<Record<string, string | undefined>>) =>
    void navigate({ search: { ...search, ...change } as never });
  const summary = useQuery(summaryQuery(date, zone));
  const byCategory = useQuery(chartQuery('by-category', asked));
  if (summary.error && !summary.data)
    return (
      <Page title={t('title')}>
        <Failed error={summary.error} retry={() => void summary.refetch()} />
      </Page>
    );
  const setDay = (day: string) => set({ date: day === today ? undefined : day });
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Stack gap="sm">
        <Group align="end" gap="xs">
          <ActionIcon
            size={36}
            variant="default"
            aria-label={t('day.before')}
            onClick={() => setDay(dayAfter(date, -1))}
          >
            <IconChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <TextInput
            type="date"
            label={t('day.label')}
            value={date}
            max={today}
            onChange={({ currentTarget }) => currentTarget.value !== '' && setDay(currentTarget.value)}
          />
          <ActionIcon
            size={36}
            variant="default"
            aria-label={t('day.after')}
            disabled={date >= today}
            onClick={() => setDay(dayAfter(date))}
          >
            <IconChevronRight size={18} aria-hidden />
          </ActionIcon>
          <Button variant="default" disabled={date === today} onClick={() => setDay(today)}>
            {t('day.today')}
          </Button>
        </Group>
        <Answer query={summary}>{({ totals }) => <Tiles totals={totals} />}</Answer>
      </Stack>
      <Title order={2} size="h4" mt="sm">
        {t('charts.title')}
      </Title>
      <ChartFilters
        filters={{ category, action, userId, teamId }}
        span={{ from, to, last }}
        interval={interval}
        onFilter={(field, value) => set({ [field]: value })}
        onSpan={(span) => set({ from: span.from, to: span.to, last: span.last?.toString() })}
        onInterval={(next) => set({ interval: next === 'day' ? undefined : next })}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
        {CHARTS.map((name) => (
          <ChartCard key={name} name={name} asked={asked} />
        ))}
      </SimpleGrid>
      {byCategory.data && (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
          <TopUsers chart={byCategory.data} />
          <TopAddresses chart={byCategory.data} />
        </SimpleGrid>
      )}
    </Page>
  );
}
