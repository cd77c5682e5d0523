// The schedules by which exports of the audit log are made; for super admins.
import { Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { usePersonName } from '../../api/properties';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { PageLink } from '../../ui/page-link';
import { Value, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useAuditWhat } from './audit-what';
import { schedulesQuery, type ExportSchedule } from './exports.queries';
import { NewSchedule } from './new-schedule';

export function Schedules() {
  const { t } = useTranslation('exports');
  const query = useQuery(schedulesQuery);
  const queries = useQueryClient();
  const what = useAuditWhat();
  const personName = usePersonName();
  const [isOpen, { open, close }] = useDisclosure();
  const heading = useRef<HTMLHeadingElement>(null);
  const remove = useMutation({
    mutationFn: (scheduleId: string) =>
      answered(api.DELETE('/audit/v1/exports/schedules/{scheduleId}', { params: { path: { scheduleId } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      tellDone(t('schedules.deleted'));
      heading.current?.focus();
    },
    onError: tellFailure,
  });
  const ask = async ({ id }: ExportSchedule) => {
    const isSure = await confirm({
      title: t('schedules.deleteTitle'),
      text: t('schedules.deleteText'),
      confirm: t('schedules.delete'),
      isDangerous: true,
    });
    if (isSure) remove.mutate(id);
  };
  const columns: Column<ExportSchedule>[] = [
    { id: 'what', label: t('columns.what'), isFixed: true, cell: (one) => what(one) },
    {
      id: 'when',
      label: t('schedules.when'),
      cell: ({ cron, timeZone }) => (
        <>
          <Code>{cron}</Code> {timeZone}
        </>
      ),
    },
    {
      id: 'format',
      label: t('columns.format'),
      cell: ({ format }) => (format === 'csv' ? 'CSV' : 'JSON Lines'),
    },
    {
      id: 'next',
      label: t('schedules.next'),
      cell: ({ nextRunAt }) => (nextRunAt === undefined ? '' : <When at={nextRunAt} />),
    },
    {
      id: 'last',
      label: t('schedules.last'),
      cell: ({ lastRun }) =>
        lastRun === null ? (
          <Value value="" />
        ) : lastRun.refused === null ? (
          <PageLink path={lastRun.exportId && `/audit/v1/exports/${lastRun.exportId}`}>
            <When at={lastRun.at} />
          </PageLink>
        ) : (
          t('schedules.refused', { reason: lastRun.refused })
        ),
    },
    {
      id: 'by',
      label: t('columns.by'),
      cell: ({ createdBy }) => (createdBy === null ? '' : personName(createdBy)),
    },
    {
      id: 'recipients',
      label: t('schedules.recipients'),
      isHidden: true,
      cell: ({ recipients }) => recipients.map(personName).join(', '),
    },
    {
      id: 'actions',
      label: t('columns.actions'),
      isFixed: true,
      cell: (one) => (
        <Button
          size="xs"
          variant="default"
          loading={remove.isPending && remove.variables === one.id}
          onClick={() => void ask(one)}
          aria-label={t('schedules.deleteNamed', { cron: one.cron })}
        >
          {t('schedules.delete')}
        </Button>
      ),
    },
  ];
  return (
    <Stack gap="xs" mt="md">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h3" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
            {t('schedules.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('schedules.lead')}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconCalendarPlus size={16} aria-hidden />} onClick={open}>
          {t('schedules.add')}
        </Button>
      </Group>
      <Answer query={query}>
        {({ results }) =>
          results.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('schedules.empty')}
            </Text>
          ) : (
            <DataTable
              name="export-schedules"
              label={t('label.schedules')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
            />
          )
        }
      </Answer>
      {isOpen && <NewSchedule onClose={close} />}
    </Stack>
  );
}
