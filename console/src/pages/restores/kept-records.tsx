// The records of a restore one by one, but for those that simply got their values back.
import { Group, Select, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePropertyLabel } from '../../api/properties';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty } from '../../ui/states';
import { RecordLink } from './plan-changes';
import { keptRecordsQuery, LISTED, type KeptRecord, type Restore } from './restores.queries';

export function KeptRecords({ restore }: { readonly restore: Restore }) {
  const { t } = useTranslation('restores');
  const search = useSearch({ from: '/shell/restores/$restoreId' });
  const navigate = useNavigate({ from: '/restores/$restoreId' });
  const { after, limit } = search;
  const size = Number(limit ?? keptPageSize());
  const outcome = LISTED.find((one) => one === search.outcome);
  const query = useQuery(keptRecordsQuery(restore.id, outcome, { limit: size, after }));
  const columns: Column<KeptRecord>[] = [
    {
      id: 'record',
      label: t('changes.record'),
      isFixed: true,
      cell: ({ objectType, recordId, to }) => (
        <>
          <RecordLink objectType={objectType} recordId={recordId} />
          {to && (
            <>
              {' ↔ '}
              <RecordLink {...to} />
            </>
          )}
        </>
      ),
    },
    { id: 'outcome', label: t('outcomes.one'), cell: (row) => t(`outcomes.${row.outcome}`) },
    { id: 'why', label: t('outcomes.why'), isFixed: true, cell: (row) => <Why row={row} /> },
  ];
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {t('outcomes.records')}
        </Title>
        <Select
          size="xs"
          label={t('outcomes.one')}
          placeholder={t('outcomes.every')}
          clearable
          data={LISTED.map((one) => ({ value: one, label: t(`outcomes.${one}`) }))}
          value={outcome ?? null}
          onChange={(to) =>
            void navigate({
              search: (now) => ({ ...now, after: undefined, outcome: to ?? undefined }),
              resetScroll: false,
            })
          }
        />
      </Group>
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack gap="sm">
            <DataTable
              name="kept-records"
              label={t('outcomes.records')}
              columns={columns}
              rows={results}
              idOf={({ objectType, recordId, to, outcome: what }) =>
                `${objectType} ${recordId} ${to?.recordId ?? ''} ${what}`
              }
              empty={<Empty title={t('outcomes.none')} text={t('outcomes.noneText')} />}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              size={size}
              onPage={(to) => void navigate({ search: (now) => ({ ...now, after: to }), resetScroll: false })}
              onSize={(to) =>
                void navigate({ search: (now) => ({ ...now, after: undefined, limit: String(to) }) })
              }
            />
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

function Why({ row }: { readonly row: KeptRecord }) {
  const { t } = useTranslation('restores');
  const labelOf = usePropertyLabel(row.objectType);
  const { drifted, reason, recreated, outcome } = row;
  const parts = [
    drifted && drifted.length > 0 && t('outcomes.driftedOf', { properties: drifted.map(labelOf).join(', ') }),
    outcome === 'drifted' && !drifted?.length && t('outcomes.driftedWhole'),
    reason && `${reason.message} (${reason.code})`,
    recreated && outcome !== 'recreated' && t('outcomes.cameBack'),
  ].filter((part) => typeof part === 'string');
  return <>{parts.length > 0 ? parts.join(' · ') : '—'}</>;
}
