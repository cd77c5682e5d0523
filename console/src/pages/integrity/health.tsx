// Whether all parts of the server work, and how far each read model is.
import { Alert, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { healthQuery } from './integrity.queries';

export function Health() {
  const { t } = useTranslation('integrity');
  const { number, duration } = useFormats();
  const health = useQuery(healthQuery);
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw="70ch">
        {t('health.lead')}
      </Text>
      <Answer query={health}>
        {({ status, stores, projections, faults }) => (
          <Stack>
            <Alert
              color={status === 'ready' ? 'green' : 'red'}
              icon={status === 'ready' ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
              title={status === 'ready' ? t('health.ready') : t('health.notReady')}
              role="status"
            />
            <Listed
              title={t('health.faults')}
              heads={[
                t('health.name'),
                t('health.state'),
                t('health.error'),
                t('health.count'),
                t('health.since'),
              ]}
              rows={faults.map((fault) => [
                fault.part,
                fault.state,
                fault.error,
                number(fault.count),
                <When key="since" at={fault.since} />,
              ])}
              empty={t('health.noFaults')}
            />
            <Listed
              title={t('health.stores')}
              heads={[t('health.name'), t('health.state'), t('health.answers')]}
              rows={Object.entries(stores).map(([name, store]) => [
                name,
                store.state,
                typeof store.ms === 'number' ? duration(store.ms / 1000) : '—',
              ])}
            />
            <Listed
              title={t('health.projections')}
              heads={[t('health.name'), t('health.state'), t('health.position'), t('health.lag')]}
              rows={projections.map(({ name, state, position, lag }) => [
                name,
                state,
                position,
                number(Number(lag)),
              ])}
            />
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

interface ListedProps {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly empty?: string;
}

function Listed({ title, heads, rows, empty }: ListedProps) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm">{empty}</Text>
      ) : (
        <Table.ScrollContainer type="native" minWidth={420}>
          <Table verticalSpacing={4} aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                {heads.map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, index) => (
                <Table.Tr key={index}>
                  {row.map((cell, column) => (
                    <Table.Td key={column}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
