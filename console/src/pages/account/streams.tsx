// Where the audit log is streamed to, and how far each stream is.
import { Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { When } from '../../ui/shown';
import { Answer, Empty, Failure } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { streamsQuery } from './account.queries';
import { StreamForm } from './stream-form';

type Stream = Schemas['AuditStreamView'];

export function Streams() {
  const { t } = useTranslation('account');
  const { number } = useFormats();
  const streams = useQuery(streamsQuery);
  const [isAdding, setAdding] = useState(false);
  const columns: Column<Stream>[] = [
    { id: 'name', label: t('streams.name'), isFixed: true, cell: ({ name }) => name },
    { id: 'kind', label: t('streams.kind'), cell: ({ kind }) => t(`streams.kinds.${kind}`) },
    { id: 'format', label: t('streams.format'), cell: ({ format }) => t(`streams.formats.${format}`) },
    { id: 'q', label: t('streams.q'), isHidden: true, cell: ({ q }) => q },
    { id: 'state', label: t('streams.state'), cell: (row) => <State stream={row} /> },
    {
      id: 'lag',
      label: t('webhooks.lag'),
      isNumber: true,
      cell: ({ delivery }) => number(Number(delivery.lag)),
    },
    { id: 'sent', label: t('streams.sent'), cell: ({ delivery: { sentAt } }) => <When at={sentAt} /> },
    {
      id: 'lastError',
      label: t('webhooks.lastError'),
      cell: ({ delivery: { lastError } }) =>
        lastError && (
          <>
            {lastError.reason} <When at={lastError.at} />
          </>
        ),
    },
    { id: 'acts', label: '', isFixed: true, cell: (row) => <Acts stream={row} /> },
  ];
  const add = <Button onClick={() => setAdding(true)}>{t('streams.add')}</Button>;
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" maw="70ch">
          {t('streams.lead')}
        </Text>
        {add}
      </Group>
      <Answer query={streams}>
        {({ results }) => (
          <DataTable
            {...{ name: 'streams', label: t('tabs.streams'), columns, rows: results }}
            idOf={({ id }) => id}
            empty={<Empty title={t('streams.empty')} text={t('streams.emptyText')} action={add} />}
          />
        )}
      </Answer>
      {isAdding && <StreamForm onClose={() => setAdding(false)} />}
    </Stack>
  );
}

function State({ stream: { paused, delivery } }: { readonly stream: Stream }) {
  const { t } = useTranslation('account');
  if (paused) return <Badge color="gray">{t('webhooks.paused')}</Badge>;
  if (delivery.down) return <Badge color="red">{t('webhooks.down')}</Badge>;
  return (
    <Badge color="green" autoContrast>
      {t('webhooks.live')}
    </Badge>
  );
}

function Acts({ stream: { id, name, paused } }: { readonly stream: Stream }) {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const [isReplaying, setReplaying] = useState(false);
  const params = { path: { id } };
  const told = () => queries.invalidateQueries({ queryKey: ['streams'] });
  const change = useMutation({
    mutationFn: (body: Schemas['ChangeAuditStreamBody']) =>
      answered(api.PATCH('/audit/v1/streams/{id}', { params, body })),
    onSuccess: told,
  });
  const remove = useMutation({
    mutationFn: () => answered(api.DELETE('/audit/v1/streams/{id}', { params })),
    onSuccess: async () => {
      tellDone(t('streams.deleted'));
      await told();
    },
    onError: tellFailure,
  });
  const ask = async () => {
    const question = { title: `${t('webhooks.delete')}: ${name}`, text: t('streams.deleteText') };
    if (await confirm({ ...question, confirm: t('webhooks.delete'), isDangerous: true })) remove.mutate();
  };
  return (
    <Group gap={4}>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => change.mutate({ paused: !paused }, { onError: tellFailure })}
      >
        {paused ? t('webhooks.resume') : t('webhooks.pause')}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setReplaying(true)}>
        {t('streams.replay')}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => void ask()}>
        {t('webhooks.delete')}
      </Button>
      {isReplaying && (
        <Replay
          error={change.error}
          isBusy={change.isPending}
          onClose={() => setReplaying(false)}
          onPosition={(from) => change.mutate({ from }, { onSuccess: () => setReplaying(false) })}
        />
      )}
    </Group>
  );
}

interface ReplayProps {
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onPosition: (from: string) => void;
}

function Replay({ error, isBusy, onClose, onPosition }: ReplayProps) {
  const { t } = useTranslation('account');
  const [from, setFrom] = useState('');
  return (
    <Modal opened onClose={onClose} title={t('streams.replay')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onPosition(from.trim());
        }}
      >
        <Stack>
          <Text size="sm">{t('streams.replayText')}</Text>
          <TextInput
            label={t('streams.position')}
            inputMode="numeric"
            value={from}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
            required
            data-autofocus
          />
          {error !== null && error !== undefined && <Failure error={error} />}
          <Button type="submit" loading={isBusy}>
            {t('streams.replay')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
