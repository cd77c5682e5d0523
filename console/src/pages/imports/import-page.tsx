// One import: how far it is, what became of its rows, and how it is taken back.
import { Alert, Anchor, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconInfoCircle, IconRepeat } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { useMe } from '../../api/session';
import { confirm } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { JobProgress, type Done } from '../../ui/progress';
import { Facts, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { Counters } from './counters';
import { ImportErrors } from './import-errors';
import { ImportState } from './import-state';
import { importQuery, isUnderWay, kindOf, type Import } from './imports.queries';

/** All of what it did. */
const modes = {
  recreateDeleted: true,
  archiveCreatedSince: true,
  restoreAssociations: true,
  keepNonEmpty: false,
};

export default function ImportPage() {
  const { importId } = useParams({ from: '/shell/imports/$importId' });
  const query = useQuery(importQuery(importId));
  return <Answer query={query}>{(found) => <Shown found={found} />}</Answer>;
}

function Shown({ found }: { readonly found: Import }) {
  const { t } = useTranslation('imports');
  const labelOf = useObjectLabel();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { after, limit } = useSearch({ from: '/shell/imports/$importId' });
  const isAdmin = useMe().user.superAdmin;
  const { id: importId, state, metadata } = found;
  const kind = kindOf(found);
  const refresh = () => queries.invalidateQueries({ queryKey: ['imports'] });
  const cancel = useMutation({
    mutationFn: () =>
      answered(api.POST('/crm/v3/imports/{importId}/cancel', { params: { path: { importId } } })),
    onSuccess: () => tellDone(t('page.cancelled')),
    onError: tellFailure,
    onSettled: refresh,
  });
  const undo = useMutation({
    mutationFn: () => answered(api.POST('/restores/v1/plans/undo', { body: { cause: { importId }, modes } })),
    onSuccess: ({ id }) => navigate({ to: '/restores/plans/$planId', params: { planId: id } }),
    onError: tellFailure,
  });
  const askCancel = async () => {
    const isSure = await confirm({
      title: t('page.cancelTitle'),
      text: t('page.cancelText'),
      confirm: t('page.cancel'),
    });
    if (isSure) cancel.mutate();
  };
  const askUndo = async () => {
    const isSure = await confirm({
      title: t('page.undoTitle'),
      text: t('page.undoText'),
      confirm: t('page.undoConfirm'),
    });
    if (isSure) undo.mutate();
  };
  const page = (search: { after?: string; limit?: string }) =>
    void navigate({ to: '/imports/$importId', params: { importId }, search });
  return (
    <Page
      title={found.importName}
      above={[{ label: t('title'), to: '/imports' }]}
      actions={
        <>
          {isUnderWay(state) && kind !== 'restore' && (
            <Button variant="default" loading={cancel.isPending} onClick={() => void askCancel()}>
              {t('page.cancel')}
            </Button>
          )}
          {!isUnderWay(state) && kind !== 'restore' && (
            <Button
              variant="default"
              leftSection={<IconRepeat size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/imports/new" search={{ again: importId }} {...props} />}
            >
              {t('page.again')}
            </Button>
          )}
          {!isUnderWay(state) && kind !== 'dryRun' && isAdmin && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              loading={undo.isPending}
              onClick={() => void askUndo()}
            >
              {t(kind === 'restore' ? 'page.undoRestore' : 'page.undo')}
            </Button>
          )}
        </>
      }
    >
      {kind === 'dryRun' && (
        <Alert icon={<IconInfoCircle aria-hidden />} color="blue">
          {t('page.dryRun')}
        </Alert>
      )}
      {kind === 'restore' && (
        <Alert icon={<IconInfoCircle aria-hidden />} color="blue">
          {t('page.restore')}{' '}
          <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/restores" {...props} />}>
            {t('page.toRestores')}
          </Anchor>
        </Alert>
      )}
      {found.error !== undefined && (
        <Alert color="red" title={t('page.why')}>
          {found.error}
        </Alert>
      )}
      {isUnderWay(state) && kind !== 'restore' && (
        <Paper withBorder p="md">
          <JobProgress<{ progress?: Done; state?: string }>
            path={`/crm/v3/imports/${importId}/progress`}
            initial={{ done: 0, total: metadata.counters.TOTAL_ROWS ?? null }}
            label={t('page.progress')}
            onEvent={({ state }) => {
              if (state !== undefined && !isUnderWay(state)) void refresh();
            }}
          />
        </Paper>
      )}
      <Stack gap="xs">
        <Title order={2} size="h3">
          {t('page.counters')}
        </Title>
        <Counters counters={metadata.counters} />
      </Stack>
      <Paper withBorder p="md">
        <Facts
          facts={[
            [t('columns.state'), <ImportState key="state" state={state} />],
            [t('columns.types'), found.mappedObjectTypeIds.map(labelOf).join(', ')],
            [t('columns.createdAt'), <When key="created" at={found.createdAt} />],
            [t('columns.updatedAt'), <When key="updated" at={found.updatedAt} />],
            found.readAs !== undefined && [
              t('page.files'),
              found.readAs.map(({ fileName, encoding, delimiter }) => (
                <Text key={fileName} size="sm">
                  {fileName} ·{' '}
                  {t('page.readAs', { encoding, delimiter: t(`form.delimiters.${delimiter}`).toLowerCase() })}
                </Text>
              )),
            ],
          ]}
        />
      </Paper>
      {(metadata.counters.ERRORS ?? 0) > 0 && (
        <ImportErrors
          of={found}
          after={after}
          size={Number(limit) || undefined}
          onPage={(next) => page({ ...(next && { after: next }), ...(limit && { limit }) })}
          onSize={(size) => page({ limit: String(size) })}
        />
      )}
    </Page>
  );
}
