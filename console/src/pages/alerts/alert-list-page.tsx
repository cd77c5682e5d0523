// All alerts of the account: what each looks for, and whether it is on.
import { Anchor, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../api/session';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { AlertForm } from './alert-form';
import { AlertState, useRule } from './alert-words';
import { alertsQuery, type Alert } from './alerts.queries';

export default function AlertListPage() {
  const { t } = useTranslation(['alerts', 'common']);
  const rule = useRule();
  const mayChange = useMay('settings');
  const [isAdding, setAdding] = useState(false);
  const alerts = useQuery(alertsQuery);
  const columns: Column<Alert>[] = [
    {
      id: 'name',
      label: t('columns.name'),
      isFixed: true,
      cell: ({ id, name }) => (
        <Anchor
          fz="sm"
          renderRoot={(props) => <Link to="/alerts/$alertId" params={{ alertId: id }} {...props} />}
        >
          {name}
        </Anchor>
      ),
    },
    { id: 'kind', label: t('columns.kind'), cell: ({ kind }) => t(`kinds.${kind}`) },
    { id: 'rule', label: t('columns.rule'), cell: (alert) => rule(alert) },
    { id: 'state', label: t('columns.state'), cell: (alert) => <AlertState alert={alert} /> },
    {
      id: 'updated',
      label: t('columns.updated'),
      isHidden: true,
      cell: ({ updatedAt }) => <When at={updatedAt} />,
    },
  ];
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('add')}
    </Button>
  );
  return (
    <Page title={t('common:pages.alerts')} lead={t('lead')} actions={mayChange && add}>
      <Answer query={alerts}>
        {({ results }) => (
          <DataTable
            {...{ name: 'alerts', label: t('common:pages.alerts'), columns, rows: results }}
            idOf={({ id }) => id}
            empty={<Empty title={t('empty')} text={t('emptyText')} action={mayChange && add} />}
          />
        )}
      </Answer>
      {isAdding && <AlertForm onClose={() => setAdding(false)} />}
    </Page>
  );
}
