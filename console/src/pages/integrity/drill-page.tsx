// One drill: what was done, how long it took, and what differed.
import { Button, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { JobProgress } from '../../ui/progress';
import { Page } from '../../ui/page';
import { Facts, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { DrillStatus } from './drills';
import { drillQuery } from './integrity.queries';

type Drill = Schemas['DrillView'];
const route = getRouteApi('/shell/integrity/drills/$drillId');
const steps = ['build', 'verify', 'load', 'compare'] as const;

export default function DrillPage() {
  const { t } = useTranslation(['integrity', 'common']);
  const { drillId } = route.useParams();
  const { time } = useFormats();
  const drill = useQuery(drillQuery(drillId));
  const title = drill.data ? `${t('tabs.drills')} · ${time(drill.data.at)}` : t('tabs.drills');
  return (
    <Page title={title} above={[{ label: t('common:pages.integrity'), to: '/integrity' }]}>
      <Answer query={drill}>{(data) => <Told drill={data} />}</Answer>
    </Page>
  );
}

function Told({ drill }: { readonly drill: Drill }) {
  const { t } = useTranslation(['integrity', 'common']);
  const { number, duration } = useFormats();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ['drill', drill.id] });
  const cancel = useMutation({
    mutationFn: () =>
      answered(api.POST('/backups/v1/drills/{drillId}/cancel', { params: { path: { drillId: drill.id } } })),
    onSettled: again,
  });
  const amount = (value: number | null) => (value === null ? '—' : number(value));
  const took = (seconds: number | null | undefined) =>
    typeof seconds === 'number' ? duration(seconds) : '—';
  const isUnderWay = drill.status === 'PENDING';
  return (
    <Stack>
      {isUnderWay && (
        <Stack gap="xs" align="flex-start">
          <JobProgress<Drill>
            path={`/backups/v1/drills/${drill.id}/progress`}
            initial={drill.progress ?? { done: 0 }}
            label={t('tabs.drills')}
            onEvent={({ status }) => status !== 'PENDING' && void again()}
          />
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('drills.cancel')}
          </Button>
          {cancel.error && <Failure error={cancel.error} onDismiss={cancel.reset} />}
        </Stack>
      )}
      <Paper withBorder p="md">
        <Title order={2} size="h4" mb="sm">
          {t('drills.details')}
        </Title>
        <Facts
          facts={[
            [t('drills.columns.status'), <DrillStatus key="status" status={drill.status} />],
            [t('drills.columns.at'), <When key="at" at={drill.at} />],
            [t('drills.position'), drill.position],
            [t('drills.columns.records'), amount(drill.records)],
            [t('drills.columns.compared'), amount(drill.compared)],
            [t('drills.folded'), amount(drill.folded)],
            [t('drills.columns.differences'), amount(drill.differences)],
            [t('drills.seconds'), took(drill.seconds)],
            [`${t('drills.columns.rto')} (RTO)`, `${took(drill.rtoSeconds)} · ${t('drills.rtoHelp')}`],
            [`${t('drills.columns.rpo')} (RPO)`, `${took(drill.rpoSeconds)} · ${t('drills.rpoHelp')}`],
            ...steps.map((step) => [t(`drills.steps.${step}`), took(drill.steps?.[step])] as const),
            drill.reason !== null && [t('drills.reason'), drill.reason],
          ]}
        />
      </Paper>
      {drill.ok !== null && <Differences drill={drill} />}
    </Stack>
  );
}

function Differences({ drill: { first } }: { readonly drill: Drill }) {
  const { t } = useTranslation(['integrity', 'common']);
  if (first.length === 0) return <Text size="sm">{t('drills.none')}</Text>;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">
        {t('drills.first')}
      </Title>
      <Table.ScrollContainer type="native" minWidth={400}>
        <Table aria-label={t('drills.first')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('drills.record')}</Table.Th>
              <Table.Th>{t('drills.property')}</Table.Th>
              <Table.Th>{t('drills.what')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {first.map(({ objectType, recordId, property, what }, index) => (
              <Table.Tr key={index}>
                <Table.Td>
                  <Link to="/records/$objectType/$recordId" params={{ objectType, recordId }}>
                    {objectType} {recordId}
                  </Link>
                </Table.Td>
                <Table.Td>{property}</Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
