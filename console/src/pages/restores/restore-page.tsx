// One restore: how far it is, live, and what became of every record, in plain figures that can be opened.
import { Alert, Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { JobStatus } from '../../ui/job-status';
import { TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { JobProgress } from '../../ui/progress';
import { Copy, Facts, Value, When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { UNDO_MODES } from './draft';
import { KeptRecords } from './kept-records';
import { isRunning, LISTED, restoreQuery, type Restore } from './restores.queries';

export default function RestorePage() {
  const { t } = useTranslation('restores');
  const { shortTime } = useFormats();
  const { restoreId } = useParams({ from: '/shell/restores/$restoreId' });
  const query = useQuery(restoreQuery(restoreId));
  return (
    <Page
      above={[{ label: t('title'), to: '/restores' }]}
      title={
        query.data ? t('restore.title', { at: shortTime(query.data.requestedAt) }) : t('restore.untitled')
      }
      lead={t('restore.lead')}
      actions={query.data && !isRunning(query.data) && <UndoButton restore={query.data} />}
    >
      <Answer query={query}>{(restore) => <Shown key={restore.id} restore={restore} />}</Answer>
    </Page>
  );
}

/** Whether anything was changed that could be taken back. */
function hasChanged({ outcomes }: Restore): boolean {
  if (!outcomes) return false;
  const { changed, recreated, archived = 0, associated = 0, disassociated = 0 } = outcomes;
  return changed + recreated + archived + associated + disassociated > 0;
}

function UndoButton({ restore }: { readonly restore: Restore }) {
  const { t } = useTranslation('restores');
  const navigate = useNavigate();
  const undo = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/restores/v1/plans/undo', {
          body: { cause: { restoreId: restore.id }, modes: { ...UNDO_MODES } },
        }),
      ),
    onSuccess: ({ id }) => navigate({ to: '/restores/plans/$planId', params: { planId: id } }),
    onError: tellFailure,
  });
  if (!hasChanged(restore)) return null;
  return (
    <Button
      variant="default"
      loading={undo.isPending}
      onClick={() => undo.mutate()}
      leftSection={<IconArrowBackUp size={16} aria-hidden />}
    >
      {t('restore.undo')}
    </Button>
  );
}

function Shown({ restore }: { readonly restore: Restore }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const { id, status, planId, approval, imports, error } = restore;
  return (
    <Stack>
      {isRunning(restore) && <Running restore={restore} />}
      {error !== undefined && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('restore.failed')}>
          {error}
        </Alert>
      )}
      {restore.outcomes && <Outcomes restore={restore} />}
      <Card withBorder>
        <Facts
          facts={[
            [t('columns.status'), <JobStatus key="status" status={status} />],
            [
              t('columns.plan'),
              <TextLink key="plan" to="/restores/plans/$planId" params={{ planId }}>
                {planId}
              </TextLink>,
            ],
            [
              t('columns.by'),
              <span key="by">
                <Person id={restore.requestedBy} />, <When at={restore.requestedAt} />
              </span>,
            ],
            approval?.kind === 'second' && [
              t('approval.approvedBy'),
              <span key="second">
                <Person id={approval.by} />: <Value value={approval.reason} />
              </span>,
            ],
            approval?.kind === 'none' && [t('execute.reason'), <Value key="alone" value={approval.reason} />],
            restore.endedAt !== undefined && [t('restore.ended'), <When key="ended" at={restore.endedAt} />],
            imports.length > 0 && [
              t('restore.imports'),
              <Group key="imports" gap="sm">
                {imports.map(({ importId, name, rows }) => (
                  <TextLink key={importId} to="/imports/$importId" params={{ importId }}>
                    {name} ({number(rows)})
                  </TextLink>
                ))}
              </Group>,
            ],
            [
              t('columns.id'),
              <span key="id">
                {id} <Copy value={id} />
              </span>,
            ],
          ]}
        />
      </Card>
      {!isRunning(restore) && <KeptRecords restore={restore} />}
    </Stack>
  );
}

function Running({ restore }: { readonly restore: Restore }) {
  const { t } = useTranslation('restores');
  const queries = useQueryClient();
  const params = { path: { restoreId: restore.id } };
  const settle = (now: Restore) => {
    queries.setQueryData(restoreQuery(restore.id).queryKey, now);
    if (!isRunning(now)) void queries.invalidateQueries({ queryKey: ['restores'] });
  };
  const cancel = useMutation({
    mutationFn: () => answered(api.POST('/restores/v1/restores/{restoreId}/cancel', { params })),
    onSuccess: (now) => {
      settle(now);
      tellDone(t('restore.stopping'));
    },
    onError: tellFailure,
  });
  const ask = async () => {
    const question = {
      ...{ title: t('restore.cancelTitle'), text: t('restore.cancelText'), confirm: t('restore.cancel') },
    };
    if (await confirm(question)) cancel.mutate();
  };
  return (
    <Card withBorder>
      <Group align="flex-end">
        <div style={{ flex: 1, minWidth: 200 }}>
          <JobProgress<Restore>
            path={`/restores/v1/restores/${restore.id}/progress`}
            initial={restore.progress}
            label={t('restore.progress')}
            onEvent={settle}
          />
        </div>
        <Button
          variant="default"
          loading={cancel.isPending}
          disabled={restore.cancelRequested === true}
          onClick={() => void ask()}
        >
          {t(restore.cancelRequested ? 'restore.stopping' : 'restore.cancel')}
        </Button>
      </Group>
    </Card>
  );
}

const ALL = ['changed', 'unchanged', ...LISTED] as const;

/** Every row of the plan is in exactly one of these. */
function Outcomes({ restore }: { readonly restore: Restore }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const outcomes = restore.outcomes!;
  const figures = ALL.map((name) => [name, outcomes[name] ?? 0] as const).filter(
    ([name, count]) => count > 0 || name === 'changed' || name === 'drifted' || name === 'refused',
  );
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={2} size="h4">
            {t('outcomes.title')}
          </Title>
          {isRunning(restore) && <Badge variant="light">{t('outcomes.soFar')}</Badge>}
        </Group>
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
          {figures.map(([name, count]) => {
            const listed = LISTED.find((one) => one === name);
            return (
              <div key={name}>
                <Text fz="xl" fw={600}>
                  {listed && count > 0 && !isRunning(restore) ? (
                    <TextLink
                      to="/restores/$restoreId"
                      params={{ restoreId: restore.id }}
                      search={{ outcome: listed }}
                      aria-label={`${t(`outcomes.${name}`)}: ${number(count)}`}
                    >
                      {number(count)}
                    </TextLink>
                  ) : (
                    number(count)
                  )}
                </Text>
                <Text size="sm" fw={500}>
                  {t(`outcomes.${name}`)}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`outcomes.help.${name}`)}
                </Text>
              </div>
            );
          })}
        </SimpleGrid>
      </Stack>
    </Card>
  );
}
