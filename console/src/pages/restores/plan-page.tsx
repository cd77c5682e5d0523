// One plan of a restore: what would change, record by record, who has to agree, and the last step that carries it out.
import { Alert, Button, Card, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconClockX, IconRefresh } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { confirm } from '../../ui/confirm';
import { JobStatus } from '../../ui/job-status';
import { TextLink } from '../../ui/link';
import { Page } from '../../ui/page';
import { Person } from '../../ui/person';
import { JobProgress } from '../../ui/progress';
import { Copy, Facts, When } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { PlanApproval } from './plan-approval';
import { useCancelPlan, useReplan } from './plan-actions';
import { PlanChanges } from './plan-changes';
import { PlanSummary } from './plan-summary';
import { ModeList, SelectionList, useInstantText, useSourceText } from './policy';
import { planQuery, type Plan } from './restores.queries';
import { ExecuteCard, LAST_STEP } from './execute-card';

export default function PlanPage() {
  const { t } = useTranslation('restores');
  const { planId } = useParams({ from: '/shell/restores/plans/$planId' });
  const query = useQuery(planQuery(planId));
  const sourceText = useSourceText();
  return (
    <Page
      above={[{ label: t('title'), to: '/restores' }]}
      title={query.data ? sourceText(query.data) : t('plan.untitled')}
      lead={t('plan.lead')}
      actions={query.data && query.data.status !== 'PLANNING' && <Actions plan={query.data} />}
    >
      <Answer query={query}>{(plan) => <Shown key={plan.id} plan={plan} />}</Answer>
    </Page>
  );
}

/** The last step stands below the changes, to be seen after them; a long list of them can be passed over. */
function Actions({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  return (
    <>
      <Replan planId={plan.id} />
      {plan.status === 'READY' && (plan.rows ?? 0) > 0 && (
        <Button component="a" href={`#${LAST_STEP}`}>
          {t('plan.toLastStep')}
        </Button>
      )}
    </>
  );
}

function Replan({ planId }: { readonly planId: string }) {
  const { t } = useTranslation('restores');
  const replan = useReplan(planId);
  return (
    <Button
      variant="default"
      loading={replan.isPending}
      onClick={() => replan.mutate(undefined, { onError: tellFailure })}
      leftSection={<IconRefresh size={16} aria-hidden />}
    >
      {t('plan.replan')}
    </Button>
  );
}

const isMade = ({ summary }: Plan): boolean => summary !== undefined;

function Shown({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const { id, status } = plan;
  const isOpen = status === 'READY' || status === 'AWAITING_APPROVAL';
  return (
    <Stack>
      {status === 'PLANNING' && <Planning plan={plan} />}
      {status === 'FAILED' && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('plan.failed')}>
          {plan.error}
        </Alert>
      )}
      {status === 'CANCELLED' && <Alert color="gray">{t('plan.cancelled')}</Alert>}
      {status === 'EXPIRED' && <Expired plan={plan} />}
      {status === 'EXECUTED' && plan.restoreId !== undefined && (
        <Alert color="green">
          {t('plan.executed')}{' '}
          <TextLink underline="always" to="/restores/$restoreId" params={{ restoreId: plan.restoreId }}>
            {t('plan.toRestore')}
          </TextLink>
        </Alert>
      )}
      {isMade(plan) && <PlanSummary plan={plan} />}
      <Asked plan={plan} />
      {plan.approval && <PlanApproval plan={plan} />}
      {isMade(plan) && !plan.withdrawn && (plan.rows ?? 0) > 0 && <PlanChanges plan={plan} />}
      {isMade(plan) && isOpen && <ExecuteCard key={id} plan={plan} />}
    </Stack>
  );
}

function Planning({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const queries = useQueryClient();
  const cancel = useCancelPlan(plan.id);
  const settle = (now: Plan) => {
    queries.setQueryData(planQuery(plan.id).queryKey, (known) => ({ ...known, ...now }));
    // The stream does not tell of webhooks: the plan is asked for once more when it is made.
    if (now.status !== 'PLANNING') void queries.invalidateQueries({ queryKey: ['plans'] });
  };
  const ask = async () => {
    const question = {
      ...{ title: t('plan.cancelTitle'), text: t('plan.cancelText'), confirm: t('plan.cancel') },
    };
    if (await confirm(question))
      cancel.mutate(undefined, { onSuccess: () => tellDone(t('plan.cancelled')), onError: tellFailure });
  };
  return (
    <Card withBorder>
      <Text size="sm" mb={4}>
        {t('plan.planning')}
      </Text>
      <Group align="flex-end">
        <div style={{ flex: 1, minWidth: 200 }}>
          <JobProgress<Plan>
            path={`/restores/v1/plans/${plan.id}/progress`}
            initial={plan.progress ?? { done: 0, total: 0 }}
            label={t('plan.progress')}
            onEvent={settle}
          />
        </div>
        <Button variant="default" loading={cancel.isPending} onClick={() => void ask()}>
          {t('plan.cancel')}
        </Button>
      </Group>
    </Card>
  );
}

function Expired({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const replan = useReplan(plan.id);
  return (
    <Alert color="orange" icon={<IconClockX aria-hidden />} title={t('plan.expired')}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(plan.withdrawn ? 'plan.withdrawnText' : 'plan.expiredText')}</Text>
        <Button size="xs" loading={replan.isPending} onClick={() => replan.mutate()}>
          {t('plan.replan')}
        </Button>
        {replan.error && <Failure error={replan.error} onDismiss={replan.reset} />}
      </Stack>
    </Alert>
  );
}

/** What was asked for, in words. */
function Asked({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const instantText = useInstantText();
  const { id, status, source, objects, modes, position, requestedAt, requestedBy, expiresAt } = plan;
  const isUndo = source.undo !== undefined;
  const { from, to } = source;
  const isOpen = status === 'READY' || status === 'AWAITING_APPROVAL';
  return (
    <Card withBorder>
      <Facts
        facts={[
          [t('columns.status'), <JobStatus key="status" status={status} />],
          source.backupId !== undefined && [
            t('plan.backup'),
            <TextLink key="backup" to="/backups/$backupId" params={{ backupId: source.backupId }}>
              {source.backupId}
            </TextLink>,
          ],
          !isUndo && [t('plan.to'), instantText(source.asOf ?? position)],
          isUndo &&
            (from !== undefined || to !== undefined) && [
              t('plan.window'),
              `${from === undefined ? '…' : instantText(from)} – ${to === undefined ? '…' : instantText(to)}`,
            ],
          objects.length > 0 && !isUndo && [t('plan.of'), <SelectionList key="of" objects={objects} />],
          isUndo && [t('plan.of'), t('plan.ofCause')],
          [t('plan.policy'), <ModeList key="modes" modes={modes} isUndo={isUndo} />],
          [
            t('columns.by'),
            <span key="by">
              <Person id={requestedBy} />, <When at={requestedAt} />
            </span>,
          ],
          isOpen && [
            t('columns.expires'),
            <span key="until">
              <When at={expiresAt} /> · {t('plan.driftNote')}
            </span>,
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
  );
}
