// One export of records: how far it is, what it holds, and its file.
import { Alert, Anchor, Badge, Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePersonName, usePropertyLabel } from '../../api/properties';
import { DownloadButton } from '../../ui/download-button';
import { Page } from '../../ui/page';
import { JobProgress, type Done } from '../../ui/progress';
import { Copy, Facts, Status, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { useFormats } from '../../words/formats';
import {
  cancelRecordExport,
  isUnderWay,
  recordExportQuery,
  recordFileLink,
  type RecordExport,
} from './exports.queries';
import { useCancel } from './use-cancel';

export default function ExportPage() {
  const { exportId } = useParams({ from: '/shell/exports/$exportId' });
  const query = useQuery(recordExportQuery(exportId));
  return <Answer query={query}>{(found) => <Shown found={found} />}</Answer>;
}

function Shown({ found }: { readonly found: RecordExport }) {
  const { t } = useTranslation('exports');
  const { number, bytes } = useFormats();
  const queries = useQueryClient();
  const labelOf = useObjectLabel();
  const propertyLabel = usePropertyLabel(found.objectType);
  const personName = usePersonName();
  const { cancel, busyWith } = useCancel(cancelRecordExport, 'exports');
  const { id, exportState: state, fileStatus, objectProperties, associatedObjectTypes } = found;
  const names = (properties: readonly string[]) => (
    <Group gap={4}>
      {properties.map((name) => (
        <Badge key={name} variant="default" tt="none" title={name}>
          {propertyLabel(name)}
        </Badge>
      ))}
    </Group>
  );
  return (
    <Page
      title={found.exportName}
      above={[{ label: t('title'), to: '/exports' }]}
      actions={
        <>
          {isUnderWay(state) && (
            <Button variant="default" loading={busyWith === id} onClick={() => cancel(id)}>
              {t('cancel')}
            </Button>
          )}
          {fileStatus === 'AVAILABLE' && (
            <DownloadButton link={() => recordFileLink(id)}>{t('download')}</DownloadButton>
          )}
        </>
      }
    >
      {isUnderWay(state) && (
        <Paper withBorder p="md">
          <JobProgress<{ progress?: Done; state?: string }>
            path={`/crm/v3/exports/export/${id}/progress`}
            initial={found.progress}
            label={t('progress')}
            onEvent={({ state }) => {
              if (state !== undefined && !isUnderWay(state))
                void queries.invalidateQueries({ queryKey: ['exports'] });
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
            [t('columns.status'), <Status key="status" status={state} label={t(`status.${state}`)} />],
            [
              t('columns.objectType'),
              <Anchor
                key="type"
                size="sm"
                renderRoot={(props) => (
                  <Link to="/records/$objectType" params={{ objectType: found.objectType }} {...props} />
                )}
              >
                {labelOf(found.objectType)}
              </Anchor>,
            ],
            [t('columns.createdAt'), <When key="created" at={found.createdAt} />],
            found.requestedBy !== undefined && [
              t('columns.by'),
              found.requestedBy ? personName(found.requestedBy) : '',
            ],
            found.recordCount !== undefined && [t('columns.rows'), number(found.recordCount)],
            found.bytes !== undefined && [t('columns.size'), bytes(found.bytes)],
            [t('page.file'), t(`file.${fileStatus}`)],
            fileStatus === 'AVAILABLE' &&
              found.fileExpiresAt !== undefined && [
                t('page.fileExpiresAt'),
                <When key="expires" at={found.fileExpiresAt} />,
              ],
            [
              t('page.properties'),
              objectProperties.length === 0 ? t('page.allProperties') : names(objectProperties),
            ],
            found.maskedProperties.length > 0 && [t('page.masked'), names(found.maskedProperties)],
            associatedObjectTypes.length > 0 && [
              t('page.associated'),
              associatedObjectTypes.map(labelOf).join(', '),
            ],
            [t('page.position'), found.position],
            found.sha256 !== undefined && [
              t('page.sha256'),
              <Group key="hash" gap={4} wrap="nowrap">
                <Code style={{ overflowWrap: 'anywhere' }}>{found.sha256}</Code>
                <Copy value={found.sha256} />
              </Group>,
            ],
          ]}
        />
      </Paper>
      {fileStatus === 'AVAILABLE' && (
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {t('page.linkGood')} {t('page.importAgainText')}
          </Text>
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/imports/new" search={{ objectType: found.objectType }} {...props} />
            )}
          >
            {t('page.importAgain')}
          </Anchor>
        </Stack>
      )}
    </Page>
  );
}
