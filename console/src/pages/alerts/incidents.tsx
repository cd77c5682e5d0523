// What an alert has found, each with the way to its rows.
import { Anchor, Badge, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { incidentsQuery, type Incident } from './alerts.queries';

const route = getRouteApi('/shell/alerts/$alertId');
const whys = { threshold: 'byThreshold', baseline: 'byBaseline', test: 'byTest' } as const;

export function Incidents({ alertId }: { readonly alertId: string }) {
  const { t } = useTranslation('alerts');
  const { number } = useFormats();
  const { incident, after, limit } = route.useSearch();
  const navigate = route.useNavigate();
  const size = Number(limit ?? keptPageSize());
  const incidents = useQuery(incidentsQuery(alertId, { limit: size, after }));
  const columns: Column<Incident>[] = [
    { id: 'when', label: t('incidents.when'), isFixed: true, cell: ({ openedAt }) => <When at={openedAt} /> },
    { id: 'count', label: t('incidents.count'), isNumber: true, cell: ({ count }) => number(count) },
    { id: 'by', label: t('incidents.by'), cell: ({ by }) => t(`incidents.${whys[by]}`) },
    {
      id: 'state',
      label: t('incidents.state'),
      cell: ({ open, silent, id }) => (
        <>
          <Badge color={open ? 'orange' : 'gray'} variant={id === incident ? 'filled' : 'light'} autoContrast>
            {open ? t('incidents.open') : t('incidents.over')}
          </Badge>{' '}
          {silent && t('incidents.silent')}
        </>
      ),
    },
    {
      id: 'webhook',
      label: t('incidents.webhook'),
      isHidden: true,
      cell: ({ webhook }) => webhook,
    },
    {
      id: 'rows',
      label: t('actions.rows'),
      cell: ({ filter }) => (
        <Anchor fz="sm" renderRoot={(props) => <Link to="/audit" search={{ ...filter }} {...props} />}>
          {t('actions.rows')}
        </Anchor>
      ),
    },
  ];
  return (
    <Answer query={incidents}>
      {({ results, paging }) => (
        <Stack>
          <DataTable
            {...{ name: 'incidents', label: t('incidents.title'), columns, rows: results }}
            idOf={({ id }) => id}
            empty={<Empty title={t('incidents.empty')} />}
          />
          <Pager
            {...{ after, next: paging?.next.after, size }}
            onPage={(page) => void navigate({ search: (known) => ({ ...known, after: page }) })}
            onSize={(rows) =>
              void navigate({ search: (known) => ({ ...known, after: undefined, limit: `${rows}` }) })
            }
          />
        </Stack>
      )}
    </Answer>
  );
}
