// One alert: what it looks for, what it has found, and what can be done with it.
import { Button, Group, Menu, Paper, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { confirm } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { Facts, useNow, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { AlertForm } from './alert-form';
import { AlertState, useRule } from './alert-words';
import { alertQuery, type Alert } from './alerts.queries';
import { Incidents } from './incidents';

const route = getRouteApi('/shell/alerts/$alertId');
const HOUR_MS = 3_600_000;
const snoozes = ['1', '8', '24', '168'] as const;

export default function AlertPage() {
  const { t } = useTranslation(['alerts', 'common']);
  const { alertId } = route.useParams();
  const alert = useQuery(alertQuery(alertId));
  return (
    <Page
      title={alert.data?.name ?? t('common:pages.alerts')}
      above={[{ label: t('common:pages.alerts'), to: '/alerts' }]}
      actions={alert.data && <Actions alert={alert.data} />}
    >
      <Answer query={alert}>{(data) => <Told alert={data} />}</Answer>
    </Page>
  );
}

function Told({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation('alerts');
  const rule = useRule();
  const { q, ...filter } = (alert.filter ?? {}) as Readonly<Record<string, string>>;
  return (
    <>
      <Paper withBorder p="md">
        <Facts
          facts={[
            [t('columns.state'), <AlertState key="state" alert={alert} />],
            [t('columns.kind'), t(`kinds.${alert.kind}`)],
            q !== undefined && [t('form.q'), q],
            ...Object.entries(filter).map(([name, value]) => [name, value] as const),
            [t('columns.rule'), rule(alert)],
            alert.webhook !== null && [t('form.webhook'), alert.webhook],
            [t('columns.updated'), <When key="updated" at={alert.updatedAt} />],
          ]}
        />
      </Paper>
      <Title order={2} size="h4">
        {t('incidents.title')}
      </Title>
      <Incidents alertId={alert.id} />
    </>
  );
}

function Actions({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation(['alerts', 'common']);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const mayChange = useMay('settings');
  const now = useNow();
  const [isChanging, setChanging] = useState(false);
  const { id, enabled, snoozedUntil } = alert;
  const params = { path: { id } };
  const told = () => queries.invalidateQueries({ queryKey: ['alerts'] });
  const change = useMutation({
    mutationFn: (body: Schemas['ChangeAlertBody']) =>
      answered(api.PATCH('/audit/v1/alerts/{id}', { params, body })),
    onSuccess: told,
  });
  const test = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/alerts/{id}/test', { params })),
    onSuccess: () => {
      tellDone(t('actions.tested'));
      return told();
    },
  });
  const remove = useMutation({
    mutationFn: () => answered(api.DELETE('/audit/v1/alerts/{id}', { params })),
    onSuccess: async () => {
      tellDone(t('actions.deleted'));
      await navigate({ to: '/alerts' });
      await told();
    },
  });
  if (!mayChange) return null;
  const failed = [change, test, remove].find(({ error }) => error);
  const isSnoozed = snoozedUntil !== null && Date.parse(snoozedUntil) > now;
  const ask = async () => {
    const question = {
      title: t('actions.delete'),
      text: t('actions.deleteText'),
      confirm: t('actions.delete'),
    };
    if (await confirm({ ...question, isDangerous: true })) remove.mutate();
  };
  return (
    <Group gap="xs" justify="flex-end">
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {t('actions.test')}
      </Button>
      <Button variant="default" onClick={() => change.mutate({ enabled: !enabled })}>
        {enabled ? t('actions.off') : t('actions.on')}
      </Button>
      {isSnoozed ? (
        <Button variant="default" onClick={() => change.mutate({ snoozedUntil: null })}>
          {t('actions.wake')}
        </Button>
      ) : (
        <Menu>
          <Menu.Target>
            <Button variant="default">{t('actions.snooze')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {snoozes.map((hours) => (
              <Menu.Item
                key={hours}
                onClick={() =>
                  change.mutate({
                    snoozedUntil: new Date(Date.now() + Number(hours) * HOUR_MS).toISOString(),
                  })
                }
              >
                {t(`snooze.${hours}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Button variant="default" onClick={() => setChanging(true)}>
        {t('actions.edit')}
      </Button>
      <Button variant="default" c="red" onClick={() => void ask()}>
        {t('actions.delete')}
      </Button>
      {failed?.error && <Failure error={failed.error} onDismiss={failed.reset} />}
      {isChanging && <AlertForm alert={alert} onClose={() => setChanging(false)} />}
    </Group>
  );
}
