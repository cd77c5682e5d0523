// The public keys that checkpoints are signed with.
import { Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { DataTable, type Column } from '../../ui/data-table';
import { Copy, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { keysQuery } from './integrity.queries';

type Key = Schemas['PublishedKey'];

export function Keys() {
  const { t } = useTranslation('integrity');
  const keys = useQuery(keysQuery);
  const columns: Column<Key>[] = [
    { id: 'id', label: t('keys.id'), isFixed: true, cell: ({ id }) => <Code>{id}</Code> },
    { id: 'from', label: t('keys.from'), cell: ({ from }) => <When at={from} /> },
    {
      id: 'verifier',
      label: t('keys.verifier'),
      cell: ({ verifier }) => (
        <>
          <Code style={{ overflowWrap: 'anywhere' }}>{verifier}</Code>{' '}
          <Copy value={verifier} label={t('keys.copy')} />
        </>
      ),
    },
  ];
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw="70ch">
        {t('keys.lead')}
      </Text>
      <Answer query={keys}>
        {({ results }) => (
          <DataTable
            {...{
              name: 'checkpoint-keys',
              label: t('tabs.keys'),
              columns,
              rows: results,
            }}
            idOf={({ id }) => id}
            empty={<Empty />}
          />
        )}
      </Answer>
    </Stack>
  );
}
