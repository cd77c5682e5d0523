// One chart: drawn for whoever sees it, and as a table for whoever reads it or goes by the keyboard. Each number leads to
// its rows in both.
import { BarChart, LineChart } from '@mantine/charts';
import { Box, Group, Paper, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { chartQuery, type Asked, type Chart, type ChartName } from './analysis.queries';
import { RowsLink } from './rows-link';
import { drawn, intervalText, REST } from './series';
import { useSeriesName } from './series-name';

interface Props {
  readonly name: ChartName;
  readonly asked: Asked;
}

export function ChartCard({ name, asked }: Props) {
  const { t } = useTranslation('analysis');
  const chart = useQuery(chartQuery(name, asked));
  const [shape, setShape] = useState('drawn');
  const title = t(`charts.${name}.title`);
  return (
    <Paper withBorder p="md" component="section" aria-label={title} style={{ minWidth: 0 }}>
      <Group justify="space-between" align="start" wrap="nowrap" mb="sm">
        <div>
          <Title order={2} size="h5">
            {title}
          </Title>
          <Text size="xs" c="dimmed">
            {t(`charts.${name}.lead`)}
          </Text>
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('charts.shape', { title })}
          value={shape}
          onChange={setShape}
          data={[
            { value: 'drawn', label: t('charts.drawn') },
            { value: 'table', label: t('charts.table') },
          ]}
          style={{ flexShrink: 0 }}
        />
      </Group>
      <Answer query={chart}>
        {(data) => (
          <Box opacity={chart.isPlaceholderData ? 0.5 : 1} aria-busy={chart.isPlaceholderData}>
            {data.series.length === 0 ? (
              <Text size="sm" c="dimmed" py="xl" ta="center">
                {t('charts.empty')}
              </Text>
            ) : shape === 'drawn' ? (
              <Drawing name={name} chart={data} title={title} onTable={() => setShape('table')} />
            ) : (
              <Numbers chart={data} title={title} name={name} />
            )}
          </Box>
        )}
      </Answer>
    </Paper>
  );
}

interface ChartProps {
  readonly name: ChartName;
  readonly chart: Chart;
  readonly title: string;
}

function Drawing({ name, chart, title, onTable }: ChartProps & { readonly onTable: () => void }) {
  const { t } = useTranslation('analysis');
  const navigate = useNavigate();
  const { locale, number } = useFormats();
  const nameOf = useSeriesName(name);
  const { lines, data } = drawn(chart);
  const open = (series: string | undefined, at: number) => {
    const line = chart.series.find((one) => one.name === series) ?? chart.series[0];
    const filter = line?.points[at]?.filter;
    // What is drawn as one line stands in the table line by line.
    if (series === REST) return onTable();
    if (filter) void navigate({ to: '/audit', search: { ...filter, changed: '1' } as never });
  };
  const series = lines.map(({ name: one, color }) => ({ name: one, color, label: nameOf(one) }));
  const total = chart.series.reduce((sum, { count }) => sum + count, 0);
  const shared = {
    h: 240,
    data: data.map((datum) => ({ ...datum })),
    dataKey: 'from',
    series,
    withLegend: true,
    legendProps: { verticalAlign: 'bottom' as const },
    xAxisProps: {
      tickFormatter: (from: string) => intervalText(from, chart.interval, locale, chart.timeZone),
      minTickGap: 24,
    },
    yAxisProps: { allowDecimals: false, width: 44 },
    valueFormatter: number,
    tooltipAnimationDuration: 0,
    tooltipProps: {
      labelFormatter: (from: unknown): ReactNode =>
        typeof from === 'string' && from !== ''
          ? intervalText(from, chart.interval, locale, chart.timeZone)
          : null,
    },
  };
  return (
    <>
      <Box
        role="img"
        aria-label={t('charts.told', { title, count: chart.series.length, total: number(total) })}
      >
        {name === 'login-trend' ? (
          <LineChart
            {...shared}
            curveType="linear"
            withDots
            dotProps={{ r: 3, strokeWidth: 1 }}
            activeDotProps={{
              r: 6,
              cursor: 'pointer',
              // Recharts hands over which point of which line it was.
              onClick: ((_: unknown, dot: { index: number; dataKey: string }) =>
                open(dot.dataKey, dot.index)) as never,
            }}
          />
        ) : (
          <BarChart
            {...shared}
            type="stacked"
            maxBarWidth={36}
            barProps={({ name: one }) => ({
              cursor: 'pointer',
              isAnimationActive: false,
              onClick: (_: unknown, at: number) => open(String(one), at),
            })}
          />
        )}
      </Box>
      <Text size="xs" c="dimmed" mt={4}>
        {t('charts.help')}
      </Text>
    </>
  );
}

function Numbers({ name, chart, title }: ChartProps) {
  const { t } = useTranslation('analysis');
  const { locale, number } = useFormats();
  const nameOf = useSeriesName(name);
  const ordered = [...chart.series].sort((a, b) => b.count - a.count);
  const points = chart.series[0]?.points ?? [];
  const told = points
    .map((_, at) => at)
    .filter((at) => ordered.some(({ points }) => (points[at]?.count ?? 0) > 0));
  return (
    <Table.ScrollContainer
      type="native"
      minWidth={120 + 90 * ordered.length}
      mah={320}
      tabIndex={0}
      aria-label={title}
    >
      <Table fz="sm" verticalSpacing={4} stickyHeader aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(`intervals.${chart.interval}`)}</Table.Th>
            {ordered.map(({ name: one }) => (
              <Table.Th key={one} ta="right">
                {nameOf(one)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.map((at) => {
            const when = intervalText(points[at]!.from, chart.interval, locale, chart.timeZone);
            return (
              <Table.Tr key={at}>
                <Table.Th scope="row" fw={400} style={{ whiteSpace: 'nowrap' }}>
                  {when}
                </Table.Th>
                {ordered.map(({ name: one, points: own }) => {
                  const { count = 0, filter } = own[at] ?? {};
                  return (
                    <Table.Td key={one} ta="right">
                      <RowsLink filter={filter} label={`${nameOf(one)}, ${when}: ${number(count)}`}>
                        {number(count)}
                      </RowsLink>
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{t('charts.total')}</Table.Th>
            {ordered.map(({ name: one, count }) => (
              <Table.Td key={one} ta="right" fw={600}>
                {number(count)}
              </Table.Td>
            ))}
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}
