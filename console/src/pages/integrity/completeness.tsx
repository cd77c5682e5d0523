// Counts events and rows of the audit log, apart from each other, over the whole log or a span of it.
import { Alert, Button, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { Facts } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { instantIn, wallTimeIn } from '../../words/wall-time';
import { completenessQuery } from './integrity.queries';

const route = getRouteApi('/shell/integrity');

export function CompletenessCheck() {
  const { t } = useTranslation('integrity');
  const { zone } = useFormats();
  const { from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const [span, setSpan] = useState({
    from: from === undefined ? null : wallTimeIn(zone, from),
    to: to === undefined ? null : wallTimeIn(zone, to),
  });
  const counted = useQuery(completenessQuery({ ...(from && { from }), ...(to && { to }) }));
  const at = (wallTime: string | null) => (wallTime === null ? undefined : instantIn(zone, wallTime));
  const count = () =>
    navigate({ search: { tab: 'completeness', from: at(span.from), to: at(span.to) } }).then(() =>
      counted.refetch(),
    );
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw="70ch">
        {t('completeness.lead')}
      </Text>
      <Group align="flex-end">
        {(['from', 'to'] as const).map((end) => (
          <DateTimePicker
            key={end}
            label={`${t(`completeness.${end}`)} (${zone})`}
            value={span[end]}
            onChange={(value) => setSpan({ ...span, [end]: value })}
            clearable
            w={240}
          />
        ))}
        <Button loading={counted.isFetching} onClick={() => void count()}>
          {t('completeness.count')}
        </Button>
      </Group>
      <Answer query={counted}>{(data) => <Counted counts={data} />}</Answer>
    </Stack>
  );
}

function Counted({ counts }: { readonly counts: Schemas['Completeness'] }) {
  const { t } = useTranslation('integrity');
  const { number } = useFormats();
  const { complete, events, rows, internal, purged, after, upTo, differences } = counts;
  return (
    <Stack>
      <Alert
        color={complete ? 'green' : 'red'}
        icon={complete ? <IconShieldCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        title={complete ? t('completeness.complete') : t('completeness.incomplete')}
        role="status"
      >
        <Facts
          facts={[
            [t('completeness.events'), number(events)],
            [t('completeness.rows'), number(rows)],
            [t('completeness.internal'), number(internal)],
            [t('completeness.purged'), number(purged)],
            [t('completeness.stretch'), t('completeness.stretchOf', { after, upTo })],
          ]}
        />
      </Alert>
      {differences.length > 0 && (
        <Paper withBorder>
          <Table aria-label={t('completeness.differences')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('completeness.stretch')}</Table.Th>
                <Table.Th ta="right">{t('completeness.events')}</Table.Th>
                <Table.Th ta="right">{t('completeness.rows')}</Table.Th>
                <Table.Th ta="right">{t('completeness.internal')}</Table.Th>
                <Table.Th ta="right">{t('completeness.purged')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map((one) => (
                <Table.Tr key={one.after}>
                  <Table.Td>{t('completeness.stretchOf', { after: one.after, upTo: one.upTo })}</Table.Td>
                  <Table.Td ta="right">{number(one.events)}</Table.Td>
                  <Table.Td ta="right">{number(one.rows)}</Table.Td>
                  <Table.Td ta="right">{number(one.internal)}</Table.Td>
                  <Table.Td ta="right">{number(one.purged)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
    </Stack>
  );
}
