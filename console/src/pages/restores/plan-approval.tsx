// The second pair of eyes that a large plan needs: who may approve it, the reason that is written down, and the verdict.
import { Alert, Button, Card, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { Person } from '../../ui/person';
import { Facts, Value, When } from '../../ui/shown';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { useJudge } from './plan-actions';
import type { Plan } from './restores.queries';

const LONGEST_REASON = 2_000;

export function PlanApproval({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const { user } = useMe();
  const { status, by, at, reason, threshold } = plan.approval!;
  const isOwn = plan.requestedBy === user.id;
  const isOpen = plan.status === 'AWAITING_APPROVAL' || plan.status === 'READY';
  const mayJudge = isOpen && !isOwn && user.superAdmin && (status === 'AWAITED' || status === 'APPROVED');
  const rows = number(plan.rows ?? 0);
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('approval.title')}
        </Title>
        <Text size="sm">
          {threshold === undefined
            ? t(`approval.status.${status}`)
            : `${t('approval.why', { rows, threshold: number(threshold) })} ${t(`approval.status.${status}`)}`}
        </Text>
        {by !== undefined && (
          <Facts
            facts={[
              [
                t(status === 'REJECTED' ? 'approval.rejectedBy' : 'approval.approvedBy'),
                <span key="by">
                  <Person id={by} />, <When at={at} />
                </span>,
              ],
              [t('approval.reason'), <Value key="reason" value={reason} />],
            ]}
          />
        )}
        {isOpen && status === 'AWAITED' && (
          <Alert color="blue">{t(isOwn ? 'approval.own' : 'approval.yours')}</Alert>
        )}
        {mayJudge && <Judge plan={plan} mayApprove={status === 'AWAITED'} />}
      </Stack>
    </Card>
  );
}

function Judge({ plan, mayApprove }: { readonly plan: Plan; readonly mayApprove: boolean }) {
  const { t } = useTranslation('restores');
  const [reason, setReason] = useState('');
  const [lacks, setLacks] = useState(false);
  const judge = useJudge(plan.id);
  const give = (verdict: 'approve' | 'reject') => {
    if (reason.trim() === '') return setLacks(true);
    judge.mutate({ verdict, reason }, { onSuccess: () => tellDone(t(`approval.done.${verdict}`)) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give(mayApprove ? 'approve' : 'reject');
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea
          label={t('approval.reason')}
          description={t('reasonHelp')}
          value={reason}
          maxLength={LONGEST_REASON}
          autosize
          minRows={2}
          required
          error={lacks && reason.trim() === '' ? t('approval.lacks') : undefined}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        {judge.error && <Failure error={judge.error} onDismiss={judge.reset} />}
        <Group>
          {mayApprove && (
            <Button type="submit" loading={judge.isPending && judge.variables.verdict === 'approve'}>
              {t('approval.approve')}
            </Button>
          )}
          <Button
            color="red"
            variant="outline"
            loading={judge.isPending && judge.variables.verdict === 'reject'}
            onClick={() => give('reject')}
          >
            {t('approval.reject')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
