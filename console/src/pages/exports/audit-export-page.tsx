// One export of the audit log: how far it is, its file, and what stands in its manifest.
import { Alert, Anchor, Button, Code, Paper, Stack, Text, Title } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePersonName } from '../../api/properties';
import { confirm } from '../../ui/confirm';
import { DownloadButton } from '../../ui/download-button';
import { Page } from '../../ui/page';
import { JobProgress, type Done } from '../../ui/progress';
import { Facts, Status, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { useAuditWhat } from './audit-what';
import {
  auditExportQuery,
  auditFileLink,
  cancelAuditExport,
  isUnderWay,
  type AuditExport,
} from './exports.queries';
import { Manifest } from './manifest';
import { useCancel } from './use-cancel';

export default function AuditExportPage() {
  const { exportId } = useParams({ from: '/shell/exports/audit/$exportId' });
  const query = useQuery(auditExportQuery(exportId));
  return <Answer query={query}>{(found) => <Shown found={found} />}</Answer>;
}

function Shown({ found }: { readonly found: AuditExport }) {
  const { t } = useTranslation('exports');
  const { time } = useFormats();
  const queries = useQueryClient();
  const personName = usePersonName();
  const what = useAuditWhat()(found);
  const { cancel, busyWith } = useCancel(cancelAuditExport, 'audit-exports');
  const { id, status, fileStatus, filter } = found;
  const copyLink = async () => {
    const isSure = await confirm({
      title: t('audit.linkTitle'),
      text: t('audit.linkText'),
      confirm: t('audit.link'),
    });
    if (!isSure) return;
    try {
      const { url, expiresAt } = await auditFileLink(id);
      await navigator.clipboard.writeText(url);
      tellDone(t('audit.linkMade', { time: time(expiresAt) }));
    } catch (error) {
      tellFailure(error);
    }
  };
  const filters = Object.entries(filter);
  return (
    <Page
      title={what}
      lead={t('audit.title')}
      above={[{ label: t('title'), to: '/exports', search: { tab: 'audit' } }]}
      actions={
        <>
          {isUnderWay(status) && (
            <Button variant="default" loading={busyWith === id} onClick={() => cancel(id)}>
              {t('cancel')}
            </Button>
          )}
          {fileStatus === 'AVAILABLE' && (
            <>
              <Button
                variant="default"
                leftSection={<IconLink size={16} aria-hidden />}
                onClick={() => void copyLink()}
              >
                {t('audit.link')}
              </Button>
              <DownloadButton link={async () => (await auditFileLink(id)).url}>
                {t('download')}
              </DownloadButton>
            </>
          )}
        </>
      }
    >
      {isUnderWay(status) && (
        <Paper withBorder p="md">
          <JobProgress<{ progress?: Done; status?: string; state?: string }>
            path={`/audit/v1/exports/${id}/progress`}
            initial={found.progress}
            label={t('progress')}
            onEvent={({ status, state = status }) => {
              if (state !== undefined && !isUnderWay(state))
                void queries.invalidateQueries({ queryKey: ['audit-exports'] });
            }}
          />
        </Paper>
      )}
      {found.error !== undefined && (
        <Alert color="red" title={t('page.why')}>
          {found.error}
        </Alert>
      )}
      <Paper withBorder p="md">
        <Facts
          facts={[
            [t('columns.status'), <Status key="status" status={status} label={t(`status.${status}`)} />],
            [t('columns.format'), found.format === 'csv' ? t('audit.csv') : t('audit.jsonl')],
            [
              t('audit.filter'),
              filters.length === 0 ? (
                t('audit.noFilter')
              ) : (
                <Stack key="filter" gap={2}>
                  {filters.map(([name, value]) => (
                    <Code key={name} style={{ alignSelf: 'flex-start' }}>{`${name}: ${value}`}</Code>
                  ))}
                  {found.kind === 'entries' && (
                    <Anchor size="sm" renderRoot={(props) => <Link to="/audit" search={filter} {...props} />}>
                      {t('audit.rows')}
                    </Anchor>
                  )}
                </Stack>
              ),
            ],
            [t('columns.createdAt'), <When key="at" at={found.requestedAt} />],
            found.requestedBy != null && [t('columns.by'), personName(found.requestedBy)],
            found.scheduleId !== undefined && [t('audit.schedule'), found.scheduleId],
            [t('page.file'), t(`file.${fileStatus}`)],
            fileStatus === 'AVAILABLE' &&
              found.fileExpiresAt !== undefined && [
                t('page.fileExpiresAt'),
                <When key="until" at={found.fileExpiresAt} />,
              ],
            found.leftOut.length > 0 && [t('audit.leftOut'), found.leftOut.join(', ')],
          ]}
        />
      </Paper>
      {status === 'COMPLETED' && (
        <Paper withBorder p="md">
          <Stack gap="sm">
            <Title order={2} size="h4">
              {t('audit.manifest')}
            </Title>
            <Manifest exportId={id} />
            <Text size="sm" c="dimmed">
              {t('page.linkGood')}
            </Text>
          </Stack>
        </Paper>
      )}
    </Page>
  );
}
