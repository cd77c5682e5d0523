// Signed checkpoints of the log, and the proof that one begins with another.
import { Button, Code, Group, NumberInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { Copy, When } from '../../ui/shown';
import { Answer, Empty, Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { checkpointsQuery } from './integrity.queries';

type Checkpoint = Schemas['PublishedCheckpoint'];
const route = getRouteApi('/shell/integrity');

export function Checkpoints() {
  const { t } = useTranslation('integrity');
  const { number } = useFormats();
  const { after, limit } = route.useSearch();
  const navigate = route.useNavigate();
  const size = Number(limit ?? keptPageSize());
  const checkpoints = useQuery(checkpointsQuery({ after, limit: size }));
  const columns: Column<Checkpoint>[] = [
    {
      id: 'signedAt',
      label: t('checkpoints.signedAt'),
      isFixed: true,
      cell: ({ signedAt }) => <When at={signedAt} />,
    },
    { id: 'size', label: t('checkpoints.size'), isNumber: true, cell: (row) => number(row.size) },
    {
      id: 'rootHash',
      label: t('checkpoints.rootHash'),
      cell: ({ rootHash }) => (
        <Group gap={4} wrap="nowrap">
          <Code title={rootHash}>{rootHash.slice(0, 16)}…</Code>
          <Copy value={rootHash} />
        </Group>
      ),
    },
    {
      id: 'note',
      label: t('checkpoints.note'),
      cell: ({ note }) => <Copy value={note} label={t('checkpoints.note')} />,
    },
  ];
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw="70ch">
        {t('checkpoints.lead')}
      </Text>
      <Answer query={checkpoints}>
        {({ results, paging }) => (
          <>
            <DataTable
              {...{ name: 'checkpoints', label: t('tabs.checkpoints'), columns, rows: results }}
              idOf={(row) => `${row.size} ${row.signedAt}`}
              empty={<Empty title={t('checkpoints.empty')} text={t('checkpoints.emptyText')} />}
            />
            <Pager
              {...{ after, next: paging?.next.after, size }}
              onPage={(page) => void navigate({ search: (known) => ({ ...known, after: page }) })}
              onSize={(rows) =>
                void navigate({ search: (known) => ({ ...known, after: undefined, limit: `${rows}` }) })
              }
            />
            {results.length > 1 && <Consistency key={results[0]!.size} newest={results} />}
          </>
        )}
      </Answer>
    </Stack>
  );
}

function Consistency({ newest }: { readonly newest: readonly Checkpoint[] }) {
  const { t } = useTranslation('integrity');
  const [from, setFrom] = useState<number | string>(newest.at(-1)!.size);
  const [to, setTo] = useState<number | string>(newest[0]!.size);
  const prove = useMutation({
    mutationFn: () =>
      answered(
        api.GET('/audit/v1/proofs/consistency', {
          params: { query: { from: Number(from), to: Number(to) } },
        }),
      ),
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="sm">
        {t('checkpoints.prove')}
      </Title>
      <Group align="flex-end">
        <NumberInput label={t('checkpoints.smaller')} value={from} onChange={setFrom} min={1} hideControls />
        <NumberInput label={t('checkpoints.larger')} value={to} onChange={setTo} min={1} hideControls />
        <Button
          variant="default"
          loading={prove.isPending}
          disabled={from === '' || to === ''}
          onClick={() => prove.mutate()}
        >
          {t('checkpoints.fetch')}
        </Button>
      </Group>
      {prove.error && <Failure error={prove.error} onDismiss={prove.reset} />}
      {prove.data && (
        <Group gap="xs" mt="sm">
          <Text size="sm">{t('checkpoints.proof', { count: prove.data.proof.length })}</Text>
          <Copy value={JSON.stringify(prove.data, null, 2)} label={t('checkpoints.copyProof')} />
        </Group>
      )}
    </Paper>
  );
}
