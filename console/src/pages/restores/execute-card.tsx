// The last step of a restore, and the only one that changes anything: both confirmations, a reason where nobody else can
// approve, and the code of the second factor.
import { Alert, Button, Card, Checkbox, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { IconLock, IconRestore } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isCode } from '../../api/errors';
import { useMe } from '../../api/session';
import { ButtonLink, TextLink } from '../../ui/link';
import { Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { useExecute, useReplan } from './plan-actions';
import type { Plan } from './restores.queries';

/** Where in the page it stands. */
export const LAST_STEP = 'carry-out';
const LONGEST_REASON = 2_000;
/** What the server says of a plan that is over; another one can be made of the same. */
const OVER = ['PLAN_EXPIRED', 'PLAN_WITHDRAWN', 'PLAN_EXECUTED', 'PLAN_REJECTED'];

export function ExecuteCard({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const isEmpty = (plan.rows ?? 0) === 0;
  const waits = plan.status === 'AWAITING_APPROVAL';
  if (isEmpty) return null;
  return (
    <Card withBorder component="section" id={LAST_STEP} tabIndex={-1}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('execute.title')}
        </Title>
        {waits ? (
          <Alert color="orange" icon={<IconLock aria-hidden />}>
            {t('execute.waits')}
          </Alert>
        ) : (
          <Form plan={plan} />
        )}
      </Stack>
    </Card>
  );
}

function Form({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation(['restores', 'common']);
  const { number } = useFormats();
  const { secondFactor, session, user } = useMe();
  const isSso = session?.loginType === 'SSO';
  const execute = useExecute(plan.id);
  const { error } = execute;
  const [changesData, setChangesData] = useState(false);
  const [overwrites, setOverwrites] = useState(false);
  const [reason, setReason] = useState('');
  const [code, setCode] = useState('');
  const { records, changes } = plan.summary!;
  const asksReason = plan.approval?.status === 'NO_SECOND' || isReasonLacking(error);
  const asksCode = (secondFactor.active && !isSso) || isCode(error, 'TOTP_REQUIRED');
  const hasNoFactor = (!secondFactor.active && !isSso) || isCode(error, 'TWO_FACTOR_NOT_SET_UP');
  const digits = code.replace(/\s/g, '');
  const isReady =
    changesData &&
    overwrites &&
    (!asksReason || reason.trim() !== '') &&
    (!asksCode || /^\d{6}$/.test(digits));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    execute.mutate(
      { ...(asksReason && { reason }), ...(asksCode && { totp: digits }) },
      { onError: () => setCode('') },
    );
  };
  if (!user.superAdmin) return <Text size="sm">{t('execute.superAdmins')}</Text>;
  if (hasNoFactor)
    return (
      <Alert color="orange" icon={<IconLock aria-hidden />} title={t('execute.noFactor')}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">{t('execute.noFactorText')}</Text>
          <ButtonLink to="/profile" size="xs">
            {t('execute.toProfile')}
          </ButtonLink>
        </Stack>
      </Alert>
    );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw="60ch">
        <Text size="sm">{t('execute.text')}</Text>
        <Checkbox
          checked={changesData}
          onChange={({ currentTarget }) => setChangesData(currentTarget.checked)}
          label={t('execute.changesData', { count: records, shown: number(records) })}
        />
        <Checkbox
          checked={overwrites}
          onChange={({ currentTarget }) => setOverwrites(currentTarget.checked)}
          label={t('execute.overwrites', { count: changes, shown: number(changes) })}
        />
        {asksReason && (
          <Textarea
            label={t('execute.reason')}
            description={t('reasonHelp')}
            value={reason}
            maxLength={LONGEST_REASON}
            autosize
            minRows={2}
            required
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
        )}
        {asksCode && (
          <TextInput
            label={t('common:fields.code')}
            description={t('execute.codeHelp')}
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            w={220}
            required
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
            error={isCode(error, 'TOTP_REQUIRED') ? t('execute.wrongCode') : undefined}
          />
        )}
        {error && <Refused error={error} plan={plan} onDismiss={execute.reset} />}
        <Button
          type="submit"
          color="red"
          disabled={!isReady}
          loading={execute.isPending}
          leftSection={<IconRestore size={16} aria-hidden />}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('execute.submit', { count: records, shown: number(records) })}
        </Button>
        <Text size="xs" c="dimmed">
          {t('execute.note')}
        </Text>
      </Stack>
    </form>
  );
}

/** Whether there is no second super admin any more, which the server finds only now. */
const isReasonLacking = (error: unknown): boolean =>
  error instanceof ApiError && /confirm\.reason/.test(JSON.stringify(error.body));

interface RefusedProps {
  readonly error: Error;
  readonly plan: Plan;
  readonly onDismiss: () => void;
}

/** Why it was refused, and what can be done about it. */
function Refused({ error, plan, onDismiss }: RefusedProps) {
  const { t } = useTranslation('restores');
  const replan = useReplan(plan.id);
  const code = error instanceof ApiError ? error.code : undefined;
  // Said at its field.
  if (code === 'TOTP_REQUIRED') return null;
  if (code === 'RESTORE_IN_PROGRESS')
    return (
      <Alert color="orange" role="alert" title={t('execute.inProgress')}>
        {t('execute.inProgressText')}{' '}
        <TextLink underline="always" to="/restores" search={{ tab: 'restores' }}>
          {t('execute.toRestores')}
        </TextLink>
      </Alert>
    );
  if (code === 'APPROVAL_REQUIRED')
    return (
      <Alert color="orange" role="alert" title={t('execute.approval')}>
        {t('execute.waits')}
      </Alert>
    );
  if (code !== undefined && OVER.includes(code))
    return (
      <Alert color="orange" role="alert" title={error.message}>
        <Button size="xs" loading={replan.isPending} onClick={() => replan.mutate()}>
          {t('plan.replan')}
        </Button>
      </Alert>
    );
  return <Failure error={error} onDismiss={onDismiss} />;
}
