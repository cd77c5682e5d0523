// Who did most, and from where most came.
import { Paper, Progress, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { nameOf, peopleQuery } from '../../api/people';
import { useFormats } from '../../words/formats';
import type { Chart } from './analysis.queries';
import { RowsLink } from './rows-link';

interface Top {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly count: number;
  readonly filter: Readonly<Record<string, string>>;
}

export function TopUsers({ chart }: { readonly chart: Chart }) {
  const { t } = useTranslation('analysis');
  const { data: people = [] } = useQuery(peopleQuery);
  const tops = chart.topUsers.map(({ userId, email, ...top }): Top => {
    const person = people.find(({ id }) => id === userId);
    const label = person ? nameOf(person) : (email ?? userId);
    return { ...top, id: userId, label, ...(email !== undefined && email !== label && { hint: email }) };
  });
  return <TopTable title={t('tops.users')} head={t('tops.user')} tops={tops} />;
}

export function TopAddresses({ chart }: { readonly chart: Chart }) {
  const { t } = useTranslation('analysis');
  const tops = chart.topIps?.map(({ ip, ...top }): Top => ({ ...top, id: ip, label: ip }));
  return <TopTable title={t('tops.ips')} head={t('tops.ip')} tops={tops} none={t('tops.noIps')} />;
}

interface Props {
  readonly title: string;
  readonly head: string;
  readonly tops: readonly Top[] | undefined;
  readonly none?: string;
}

function TopTable({ title, head, tops, none }: Props) {
  const { t } = useTranslation('analysis');
  const { number } = useFormats();
  const most = Math.max(1, ...(tops ?? []).map(({ count }) => count));
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {!tops || tops.length === 0 ? (
        <Text size="sm" c="dimmed">
          {tops ? t('charts.empty') : none}
        </Text>
      ) : (
        <Table fz="sm" verticalSpacing={6} aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{head}</Table.Th>
              <Table.Th ta="right">{t('tops.count')}</Table.Th>
              <Table.Th w="30%" visibleFrom="sm" aria-hidden />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tops.map(({ id, label, hint, count, filter }) => (
              <Table.Tr key={id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <RowsLink filter={filter}>{label}</RowsLink>
                  {hint !== undefined && (
                    <Text size="xs" c="dimmed">
                      {hint}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{number(count)}</Table.Td>
                <Table.Td visibleFrom="sm" aria-hidden>
                  <Progress value={(100 * count) / most} size="sm" aria-hidden />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
