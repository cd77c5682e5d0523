// Legal holds: what is kept though its time is over.
import { Button, Group, Modal, Paper, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { When } from '../../ui/shown';
import { Answer, Empty, Failure } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { holdsQuery } from './account.queries';

type Hold = Schemas['HoldView'];

/** What a hold is on, as its fields tell it. */
function onOf(hold: Hold): string {
  if ('target' in hold) return `${hold.target.type}/${hold.target.id}`;
  if ('userId' in hold) return hold.userId;
  return Object.entries(hold.query)
    .map(([name, value]) => (name === 'q' ? String(value) : `${name}: ${String(value)}`))
    .join(', ');
}

export function Holds() {
  const { t } = useTranslation('account');
  const queries = useQueryClient();
  const holds = useQuery(holdsQuery);
  const [isAdding, setAdding] = useState(false);
  const release = useMutation({
    mutationFn: (id: string) => answered(api.DELETE('/audit/v1/holds/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['holds'] }),
    onError: tellFailure,
  });
  const ask = async ({ id, name }: Hold) => {
    const title = `${t('retention.release')}: ${name}`;
    if (await confirm({ title, text: t('retention.releaseText'), confirm: t('retention.release') }))
      release.mutate(id);
  };
  const columns: Column<Hold>[] = [
    { id: 'name', label: t('retention.name'), isFixed: true, cell: ({ name }) => name },
    { id: 'on', label: t('retention.on'), cell: onOf },
    { id: 'reason', label: t('retention.reason'), cell: ({ reason }) => reason },
    { id: 'placed', label: t('retention.placed'), cell: ({ placedAt }) => <When at={placedAt} /> },
    {
      id: 'release',
      label: t('retention.release'),
      isFixed: true,
      cell: (hold) => (
        <Button size="compact-sm" variant="default" onClick={() => void ask(hold)}>
          {t('retention.release')}
        </Button>
      ),
    },
  ];
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('retention.holds')}
        </Title>
        <Button variant="default" onClick={() => setAdding(true)}>
          {t('retention.addHold')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t('retention.holdsLead')}
      </Text>
      <Answer query={holds}>
        {({ results }) => (
          <DataTable
            {...{ name: 'holds', label: t('retention.holds'), columns, rows: results }}
            idOf={({ id }) => id}
            empty={<Empty title={t('retention.noHolds')} />}
          />
        )}
      </Answer>
      {isAdding && <HoldForm onClose={() => setAdding(false)} />}
    </Paper>
  );
}

const means = ['target', 'user', 'query'] as const;
type Means = (typeof means)[number];
const labels = {
  target: 'retention.onTarget',
  user: 'retention.onUser',
  query: 'retention.onQuery',
} as const;

function HoldForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['account', 'common']);
  const queries = useQueryClient();
  const [by, setBy] = useState<Means>('target');
  const [typed, setTyped] = useState({ name: '', reason: '', userId: '', type: '', id: '', q: '' });
  const text = (name: keyof typeof typed, label: string) => (
    <TextInput
      label={label}
      value={typed[name]}
      onChange={({ currentTarget }) => setTyped({ ...typed, [name]: currentTarget.value })}
      required
    />
  );
  const { name, reason, userId, type, id, q } = typed;
  const meant = { target: { target: { type, id } }, user: { userId }, query: { query: { q } } }[by];
  const place = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/holds', { body: { name, reason, ...meant } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['holds'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('retention.addHold')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          place.mutate();
        }}
      >
        <Stack>
          {text('name', t('retention.name'))}
          {text('reason', t('retention.reason'))}
          <SegmentedControl
            aria-label={t('retention.on')}
            value={by}
            onChange={(chosen) => setBy(chosen)}
            data={means.map((value) => ({ value, label: t(labels[value]) }))}
          />
          {by === 'target' && (
            <Group grow>
              {text('type', t('retention.targetType'))}
              {text('id', t('retention.targetId'))}
            </Group>
          )}
          {by === 'user' && text('userId', t('retention.userId'))}
          {by === 'query' && text('q', t('retention.query'))}
          {place.error && <Failure error={place.error} onDismiss={place.reset} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={place.isPending}>
              {t('retention.addHold')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
