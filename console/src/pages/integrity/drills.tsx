// The drills that were made, and one made now.
import { Anchor, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { Status, When } from '../../ui/shown';
import { Answer, Empty, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { drillsQuery } from './integrity.queries';

type Drill = Schemas['DrillView'];
const route = getRouteApi('/shell/integrity');

/** A drill that passed is green, as what is completed; one that runs is blue. */
const colorOf: Record<Drill['status'], string> = {
  PASSED: 'COMPLETED',
  FAILED: 'FAILED',
  PENDING: 'RUNNING',
  CANCELLED: 'CANCELLED',
};

export function DrillStatus({ status }: { readonly status: Drill['status'] }) {
  const { t } = useTranslation('integrity');
  return <Status status={colorOf[status]} label={t(`drills.status.${status}`)} />;
}

export function Drills() {
  const { t } = useTranslation('integrity');
  const { number, duration } = useFormats();
  const { after, limit } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const mayRun = useMay('backups');
  const size = Number(limit ?? keptPageSize());
  const drills = useQuery(drillsQuery({ after, limit: size }));
  const run = useMutation({
    mutationFn: () => answered(api.POST('/backups/v1/drills', { body: { all } })),
    onSuccess: async () => {
      tellDone(t('drills.asked'));
      await queries.invalidateQueries({ queryKey: ['drills'] });
    },
  });
  const amount = (value: number | null) => (value === null ? '' : number(value));
  const columns: Column<Drill>[] = [
    {
      id: 'at',
      label: t('drills.columns.at'),
      isFixed: true,
      cell: ({ id, at }) => (
        <Anchor
          fz="sm"
          renderRoot={(props) => <Link to="/integrity/drills/$drillId" params={{ drillId: id }} {...props} />}
        >
          <When at={at} />
        </Anchor>
      ),
    },
    {
      id: 'status',
      label: t('drills.columns.status'),
      cell: ({ status }) => <DrillStatus status={status} />,
    },
    {
      id: 'records',
      label: t('drills.columns.records'),
      isNumber: true,
      cell: ({ records }) => amount(records),
    },
    {
      id: 'compared',
      label: t('drills.columns.compared'),
      isNumber: true,
      cell: ({ compared }) => amount(compared),
    },
    {
      id: 'differences',
      label: t('drills.columns.differences'),
      isNumber: true,
      cell: ({ differences }) => amount(differences),
    },
    {
      id: 'rto',
      label: t('drills.columns.rto'),
      isNumber: true,
      cell: ({ rtoSeconds }) => (rtoSeconds === null ? '' : duration(rtoSeconds)),
    },
    {
      id: 'rpo',
      label: t('drills.columns.rpo'),
      isNumber: true,
      cell: ({ rpoSeconds }) => (rpoSeconds === null ? '' : duration(rpoSeconds)),
    },
    {
      id: 'by',
      label: t('drills.columns.by'),
      isHidden: true,
      cell: ({ dueAt }) => (dueAt === null ? t('drills.byPerson') : t('drills.bySchedule')),
    },
  ];
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw="70ch">
          {t('drills.lead')}
        </Text>
        {mayRun && (
          <Group>
            <Checkbox
              label={t('drills.all')}
              checked={all}
              onChange={({ currentTarget }) => setAll(currentTarget.checked)}
            />
            <Button loading={run.isPending} onClick={() => run.mutate()}>
              {t('drills.run')}
            </Button>
          </Group>
        )}
      </Group>
      {run.error && <Failure error={run.error} onDismiss={run.reset} />}
      <Answer query={drills}>
        {({ results, paging }) => (
          <>
            <DataTable
              {...{ name: 'drills', label: t('tabs.drills'), columns, rows: results }}
              idOf={({ id }) => id}
              empty={<Empty title={t('drills.empty')} text={t('drills.emptyText')} />}
            />
            <Pager
              {...{ after, next: paging?.next.after, size }}
              onPage={(page) => void navigate({ search: (known) => ({ ...known, after: page }) })}
              onSize={(rows) =>
                void navigate({ search: (known) => ({ ...known, after: undefined, limit: `${rows}` }) })
              }
            />
          </>
        )}
      </Answer>
    </Stack>
  );
}
