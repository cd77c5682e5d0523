// Who is told what happens to records, and how far each receiver is.
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { webhooksQuery } from './account.queries';
import { SecretOnce } from './secret-once';
import { WebhookForm } from './webhook-form';

type Webhook = Schemas['WebhookView'];
const DAY_SECONDS = 86_400;

export function Webhooks() {
  const { t } = useTranslation(['account', 'common']);
  const { number, list } = useFormats();
  const webhooks = useQuery(webhooksQuery);
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const columns: Column<Webhook>[] = [
    { id: 'url', label: t('webhooks.url'), isFixed: true, cell: ({ url }) => url },
    { id: 'types', label: t('webhooks.types'), cell: ({ objectTypes }) => list(objectTypes) },
    {
      id: 'events',
      label: t('webhooks.events'),
      cell: ({ events }) => list(events.map((event) => t(`webhooks.eventNames.${event}`))),
    },
    { id: 'state', label: t('webhooks.state'), cell: (row) => <State webhook={row} /> },
    {
      id: 'lag',
      label: t('webhooks.lag'),
      isNumber: true,
      cell: ({ delivery }) => number(Number(delivery.lag)),
    },
    {
      id: 'waiting',
      label: t('webhooks.waiting'),
      isNumber: true,
      cell: ({ delivery }) => number(delivery.waiting),
    },
    {
      id: 'failures',
      label: t('webhooks.failures'),
      isNumber: true,
      cell: ({ delivery }) => number(delivery.failures),
    },
    {
      id: 'lastError',
      label: t('webhooks.lastError'),
      isHidden: true,
      cell: ({ delivery: { lastError } }) =>
        lastError && (
          <>
            {lastError.reason} <When at={lastError.at} />
          </>
        ),
    },
    { id: 'acts', label: '', isFixed: true, cell: (row) => <Acts webhook={row} onSecret={setSecret} /> },
  ];
  const add = <Button onClick={() => setAdding(true)}>{t('webhooks.add')}</Button>;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw="70ch">
          {t('webhooks.lead')}
        </Text>
        {add}
      </Group>
      <Answer query={webhooks}>
        {({ results }) => (
          <DataTable
            {...{ name: 'webhooks', label: t('tabs.webhooks'), columns, rows: results }}
            idOf={({ id }) => id}
            empty={<Empty title={t('webhooks.empty')} text={t('webhooks.emptyText')} action={add} />}
          />
        )}
      </Answer>
      {isAdding && <WebhookForm onClose={() => setAdding(false)} onSecret={setSecret} />}
      {secret !== undefined && (
        <SecretOnce
          title={t('webhooks.secretTitle')}
          text={t('webhooks.secretText')}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Stack>
  );
}

function State({ webhook: { paused, delivery } }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('account');
  if (paused) return <Badge color="gray">{t('webhooks.paused')}</Badge>;
  if (delivery.down) return <Badge color="red">{t('webhooks.down')}</Badge>;
  return (
    <Badge color="green" autoContrast>
      {t('webhooks.live')}
    </Badge>
  );
}

function Acts({
  webhook,
  onSecret,
}: {
  readonly webhook: Webhook;
  readonly onSecret: (secret: string) => void;
}) {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const { id, url, paused, delivery } = webhook;
  const params = { path: { id } };
  const told = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const act = useMutation({
    mutationFn: (done: () => Promise<unknown>) => done(),
    onSuccess: told,
    onError: tellFailure,
  });
  const pause = () =>
    answered(api.PATCH('/webhooks/v1/subscriptions/{id}', { params, body: { paused: !paused } }));
  const test = async () => {
    const { taken, reason } = await answered(api.POST('/webhooks/v1/subscriptions/{id}/test', { params }));
    tellDone(taken ? t('webhooks.testTaken') : t('webhooks.testRefused', { reason: reason ?? '' }));
  };
  const resend = async () => {
    await answered(api.POST('/webhooks/v1/subscriptions/{id}/failures', { params, body: {} }));
    tellDone(t('webhooks.resent'));
  };
  const rotate = async () => {
    const title = t('webhooks.rotate');
    if (!(await confirm({ title, text: t('webhooks.rotateText'), confirm: title }))) return;
    const body = { overlapSeconds: DAY_SECONDS };
    const { secret } = await answered(api.POST('/webhooks/v1/subscriptions/{id}/rotate', { params, body }));
    onSecret(secret);
  };
  const remove = async () => {
    const question = { title: `${t('webhooks.delete')}: ${url}`, text: t('webhooks.deleteText') };
    if (!(await confirm({ ...question, confirm: t('webhooks.delete'), isDangerous: true }))) return;
    await answered(api.DELETE('/webhooks/v1/subscriptions/{id}', { params }));
    tellDone(t('webhooks.deleted'));
  };
  const button = (label: string, done: () => Promise<unknown>) => (
    <Button size="compact-xs" variant="default" disabled={act.isPending} onClick={() => act.mutate(done)}>
      {label}
    </Button>
  );
  return (
    <Group gap={4}>
      {button(paused ? t('webhooks.resume') : t('webhooks.pause'), pause)}
      {button(t('webhooks.test'), test)}
      {delivery.failures > 0 && button(t('webhooks.resend'), resend)}
      {button(t('webhooks.rotate'), rotate)}
      {button(t('webhooks.delete'), remove)}
    </Group>
  );
}
