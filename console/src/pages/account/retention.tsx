// For how long rows of the audit log are kept, what was purged, and what is held.
import { Button, Group, NumberInput, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { Status, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { purgesQuery, retentionQuery } from './account.queries';
import { Holds } from './holds';

export function Retention() {
  const { t } = useTranslation('account');
  const retention = useQuery(retentionQuery);
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw="70ch">
        {t('retention.lead')}
      </Text>
      <Answer query={retention}>
        {(data) => <Policies key={data.changedAt ?? ''} policies={data.policies} />}
      </Answer>
      <Purges />
      <Holds />
    </Stack>
  );
}

type Policy = Schemas['RetentionView']['policies'][number];

function Policies({ policies }: { readonly policies: readonly Policy[] }) {
  const { t } = useTranslation(['account', 'common']);
  const queries = useQueryClient();
  const [typed, setTyped] = useState(policies);
  const told = () => queries.invalidateQueries({ queryKey: ['retention'] });
  const save = useMutation({
    mutationFn: () => {
      const set = typed.filter(({ days }) => days !== null) as Schemas['RetentionBody']['policies'];
      return answered(api.PUT('/audit/v1/retention', { body: { policies: set } }));
    },
    onSuccess: async () => {
      tellDone(t('saved'));
      await told();
    },
  });
  const purge = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/retention/purges', {})),
    onSuccess: async () => {
      tellDone(t('retention.purging'));
      await told();
    },
  });
  const ask = async () => {
    const question = {
      title: t('retention.purge'),
      text: t('retention.purgeText'),
      confirm: t('retention.purge'),
    };
    if (await confirm({ ...question, isDangerous: true })) purge.mutate();
  };
  return (
    <Paper withBorder p="md" maw={640}>
      <Table.ScrollContainer type="native" minWidth={300} tabIndex={0} aria-label={t('tabs.retention')}>
        <Table aria-label={t('tabs.retention')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('retention.category')}</Table.Th>
              <Table.Th>{t('retention.days')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {typed.map(({ category, days }, index) => (
              <Table.Tr key={category}>
                <Table.Td>{category}</Table.Td>
                <Table.Td>
                  <NumberInput
                    aria-label={`${category}: ${t('retention.days')}`}
                    placeholder={t('retention.forGood')}
                    value={days ?? ''}
                    onChange={(value) =>
                      setTyped(typed.with(index, { category, days: value === '' ? null : Number(value) }))
                    }
                    min={1}
                    allowDecimal={false}
                    size="xs"
                    w={140}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {[save, purge].map(
        ({ error, reset }, index) => error && <Failure key={index} error={error} onDismiss={reset} />,
      )}
      <Group mt="md">
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t('common:actions.save')}
        </Button>
        <Button variant="default" c="red" loading={purge.isPending} onClick={() => void ask()}>
          {t('retention.purge')}
        </Button>
      </Group>
    </Paper>
  );
}

function Purges() {
  const { t } = useTranslation('account');
  const { number } = useFormats();
  const purges = useQuery(purgesQuery);
  const sum = (removed: Readonly<Record<string, number>>) =>
    Object.values(removed).reduce((total, count) => total + count, 0);
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        {t('retention.purges')}
      </Title>
      <Answer query={purges}>
        {({ results }) =>
          results.length === 0 ? (
            <Text size="sm">{t('retention.noPurges')}</Text>
          ) : (
            <Table.ScrollContainer type="native" minWidth={420}>
              <Table aria-label={t('retention.purges')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('retention.begun')}</Table.Th>
                    <Table.Th>{t('retention.status')}</Table.Th>
                    <Table.Th ta="right">{t('retention.removed')}</Table.Th>
                    <Table.Th ta="right">{t('retention.held')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {results.map(({ id, begunAt, status, removed, held }) => (
                    <Table.Tr key={id}>
                      <Table.Td>
                        <When at={begunAt} />
                      </Table.Td>
                      <Table.Td>
                        <Status
                          status={status}
                          label={t(`retention.statuses.${status}`, { defaultValue: status })}
                        />
                      </Table.Td>
                      <Table.Td ta="right">{number(sum(removed))}</Table.Td>
                      <Table.Td ta="right">{held === null ? '—' : number(held)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Answer>
    </Paper>
  );
}
