// A restore of many records from the bin: how far it is, the way to stop it, and what came of it.
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { JobProgress } from '../../ui/progress';
import { Status, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { binRestoreQuery, refusedQuery, type BinRestore } from './bin.queries';
import { Outcomes } from './outcomes';

const isOver = ({ status }: Pick<BinRestore, 'status'>): boolean => !['QUEUED', 'RUNNING'].includes(status);

export function RestorePanel({
  restoreId,
  onClose,
}: {
  readonly restoreId: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation(['bin', 'common']);
  const objectLabel = useObjectLabel();
  const queries = useQueryClient();
  const query = useQuery(binRestoreQuery(restoreId));
  const cancel = useMutation({
    mutationFn: () =>
      answered(api.POST('/recycle-bin/v1/restores/{restoreId}/cancel', { params: { path: { restoreId } } })),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: binRestoreQuery(restoreId).queryKey }),
  });
  const refused = useQuery({
    ...refusedQuery(restoreId),
    enabled: query.data !== undefined && isOver(query.data) && (query.data.outcomes?.refused ?? 0) > 0,
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('job.title')}>
      <Answer query={query}>
        {(job) => (
          <Stack gap="sm">
            <Group justify="space-between">
              <Group gap="xs">
                <Title order={2} size="h5">
                  {t('job.title')}: {objectLabel(job.objectType)}
                </Title>
                <Status status={job.status} label={t(`job.statuses.${job.status}`)} />
              </Group>
              <Text size="sm" component="div">
                <When at={job.requestedAt} />
              </Text>
            </Group>
            {!isOver(job) && (
              <JobProgress<BinRestore>
                path={`/recycle-bin/v1/restores/${restoreId}/progress`}
                initial={job.progress}
                label={t('job.title')}
                onEvent={(event) => {
                  if (isOver(event)) void queries.invalidateQueries({ queryKey: ['bin'] });
                }}
              />
            )}
            {job.error !== undefined && <Failure error={new Error(job.error)} />}
            {isOver(job) && job.outcomes && (
              <Outcomes
                objectType={job.objectType}
                counts={job.outcomes}
                results={refused.data?.results ?? []}
              />
            )}
            <Group gap="xs">
              {!isOver(job) && (
                <Button
                  size="xs"
                  variant="default"
                  loading={cancel.isPending || job.cancelRequested === true}
                  onClick={() => cancel.mutate()}
                >
                  {t('job.stop')}
                </Button>
              )}
              <Button size="xs" variant="subtle" onClick={onClose}>
                {t('common:actions.close')}
              </Button>
            </Group>
          </Stack>
        )}
      </Answer>
    </Paper>
  );
}
