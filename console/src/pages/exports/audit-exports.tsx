// The list of exports of the audit log, and the schedules by which they are made.
import { Anchor, Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '../../api/properties';
import { useMe } from '../../api/session';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { ProgressBar } from '../../ui/progress';
import { Status, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { useAuditWhat } from './audit-what';
import { auditExportsQuery, auditFileLink, cancelAuditExport, type AuditExport } from './exports.queries';
import { NewAuditExport } from './new-audit-export';
import { RowActions } from './row-actions';
import { Schedules } from './schedules';
import { useCancel } from './use-cancel';

export function AuditExports() {
  const { t } = useTranslation('exports');
  const { number, bytes } = useFormats();
  const personName = usePersonName();
  const what = useAuditWhat();
  const isAdmin = useMe().user.superAdmin;
  const [isOpen, { open, close }] = useDisclosure();
  const { after, limit } = useSearch({ from: '/shell/exports' });
  const navigate = useNavigate({ from: '/exports' });
  const size = Number(limit) || keptPageSize();
  const query = useQuery(auditExportsQuery({ limit: size, after }));
  const { cancel, busyWith } = useCancel(cancelAuditExport, 'audit-exports');
  const columns: Column<AuditExport>[] = [
    {
      id: 'what',
      label: t('columns.what'),
      isFixed: true,
      cell: (one) => (
        <Anchor
          size="sm"
          dir="auto"
          renderRoot={(props) => (
            <Link to="/exports/audit/$exportId" params={{ exportId: one.id }} {...props} />
          )}
        >
          {what(one)}
        </Anchor>
      ),
    },
    {
      id: 'format',
      label: t('columns.format'),
      cell: ({ format }) => (format === 'csv' ? 'CSV' : 'JSON Lines'),
    },
    {
      id: 'status',
      label: t('columns.status'),
      cell: ({ status, progress }) =>
        status === 'RUNNING' ? (
          <ProgressBar progress={progress} label={t('progress')} />
        ) : (
          <Status status={status} label={t(`status.${status}`)} />
        ),
    },
    {
      id: 'rows',
      label: t('columns.rows'),
      isNumber: true,
      cell: ({ count }) => (count === undefined ? '' : number(count)),
    },
    {
      id: 'size',
      label: t('columns.size'),
      isNumber: true,
      cell: ({ bytes: size }) => (size === undefined ? '' : bytes(size)),
    },
    {
      id: 'requestedAt',
      label: t('columns.createdAt'),
      cell: ({ requestedAt }) => <When at={requestedAt} />,
    },
    {
      id: 'by',
      label: t('columns.by'),
      cell: ({ requestedBy }) => (requestedBy ? personName(requestedBy) : ''),
    },
    {
      id: 'actions',
      label: t('columns.actions'),
      isFixed: true,
      cell: (one) => (
        <RowActions
          status={one.status}
          fileStatus={one.fileStatus}
          name={what(one)}
          link={async () => (await auditFileLink(one.id)).url}
          onCancel={() => cancel(one.id)}
          isBusy={busyWith === one.id}
        />
      ),
    },
  ];
  return (
    <Stack gap="lg">
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack gap="sm">
            <DataTable
              name="audit-exports"
              label={t('label.audit')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
              tools={
                <Button leftSection={<IconFileExport size={16} aria-hidden />} onClick={open}>
                  {t('audit.newButton')}
                </Button>
              }
              empty={<Empty title={t('empty.audit.title')} text={t('empty.audit.text')} />}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next! }) })}
              size={size}
              onSize={(chosen) =>
                void navigate({ search: ({ after: _, ...now }) => ({ ...now, limit: String(chosen) }) })
              }
            />
            {isAdmin && <Schedules />}
          </Stack>
        )}
      </Answer>
      {isOpen && <NewAuditExport onClose={close} />}
    </Stack>
  );
}
