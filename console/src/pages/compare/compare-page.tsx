// A comparison: how far it is, how much differs by object type and property, and what differs, row by row.
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { Page } from '../../ui/page';
import { JobProgress } from '../../ui/progress';
import { Copy, Facts, Status, When } from '../../ui/shown';
import { Answer, Empty, Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { comparisonQuery, isOver, type Comparison } from './compare.queries';
import { Differences } from './differences';
import { Summary } from './summary';
import { useCancel } from './use-cancel';

export default function ComparePage() {
  const { t } = useTranslation(['compare', 'common']);
  const { comparisonId } = useParams({ from: '/shell/compare/$comparisonId' });
  const { shortTime } = useFormats();
  const query = useQuery(comparisonQuery(comparisonId));
  const { data } = query;
  return (
    <Page
      title={data ? `${shortTime(data.fromTime)} – ${shortTime(data.toTime)}` : t('common:pages.compare')}
      above={[{ label: t('common:pages.compare'), to: '/compare' }]}
      actions={
        data?.status === 'READY' && (
          <Button
            variant="default"
            component="a"
            href={`/time-travel/v1/compare/${comparisonId}/file`}
            download
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('download')}
          </Button>
        )
      }
    >
      <Answer query={query}>{(comparison) => <Shown comparison={comparison} />}</Answer>
    </Page>
  );
}

function Shown({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation(['compare', 'common']);
  const queries = useQueryClient();
  const objectLabel = useObjectLabel();
  const cancel = useCancel(comparison.id);
  const { status, error, from, to, fromTime, toTime, objectTypes, properties, expiresAt, sha256 } =
    comparison;
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Facts
            facts={[
              [t('list.status'), <Status key="status" status={status} label={t(`statuses.${status}`)} />],
              [t('ask.from'), <Instant key="from" at={fromTime} position={from} />],
              [t('ask.to'), <Instant key="to" at={toTime} position={to} />],
              [
                t('common:objectType.several'),
                objectTypes?.map(objectLabel).join(', ') ?? t('common:objectType.all'),
              ],
              properties !== null && [t('common:property.several'), properties.join(', ')],
              expiresAt !== undefined && [t('list.expires'), <When key="expires" at={expiresAt} />],
              sha256 !== undefined && [
                'SHA-256',
                <Group key="sha" gap={4} wrap="nowrap">
                  <Text ff="monospace" size="xs" style={{ overflowWrap: 'anywhere' }}>
                    {sha256}
                  </Text>
                  <Copy value={sha256} />
                </Group>,
              ],
            ]}
          />
          {!isOver(comparison) && (
            <>
              <JobProgress<Comparison>
                path={`/time-travel/v1/compare/${comparison.id}/progress`}
                initial={comparison.progress ?? { done: 0, total: 0 }}
                label={t('progress')}
                onEvent={(event) => {
                  if (isOver(event)) void queries.invalidateQueries({ queryKey: ['comparisons'] });
                }}
              />
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  loading={cancel.isPending}
                  onClick={() => cancel.mutate()}
                >
                  {t('cancel')}
                </Button>
              </Group>
            </>
          )}
          {error !== undefined && <Failure error={new Error(error)} />}
        </Stack>
      </Paper>
      {status === 'EXPIRED' && <Empty title={t('expired')} text={t('expiredText')} />}
      {status === 'READY' &&
        (comparison.rows === 0 ? (
          <Empty title={t('same')} text={t('sameText')} />
        ) : (
          <>
            <Summary comparison={comparison} />
            <Differences comparison={comparison} />
          </>
        ))}
    </Stack>
  );
}

function Instant({ at, position }: { readonly at: string; readonly position: string }) {
  const { t } = useTranslation();
  return (
    <>
      <When at={at} />{' '}
      <Text span size="xs" c="dimmed">
        {t('instant.position', { position })}
      </Text>
    </>
  );
}
