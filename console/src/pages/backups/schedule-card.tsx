// The schedule of backups: when it runs, when it ran last and what came of it, and for how long its files are kept.
import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { confirm } from '../../ui/confirm';
import { JobStatus } from '../../ui/job-status';
import { TextLink } from '../../ui/link';
import { Person } from '../../ui/person';
import { Facts, When } from '../../ui/shown';
import { Failure, Loading } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { scheduleQuery, type Schedule } from './backups.queries';
import { dayName, rhythmOf } from './cron';
import { ScheduleForm } from './schedule-form';

/** "Every day at 03:00"; a rhythm of another kind as it was written. */
function useRhythmText(): (cron: string) => string {
  const { t } = useTranslation('backups');
  const { locale } = useFormats();
  return (cron) => {
    const rhythm = rhythmOf(cron);
    if (rhythm.kind === 'own') return t('schedule.own', { cron });
    const { time } = rhythm;
    return rhythm.kind === 'daily'
      ? t('schedule.daily', { time })
      : t('schedule.weekly', { time, day: dayName(rhythm.day, locale) });
  };
}

export function ScheduleCard() {
  const { t } = useTranslation('backups');
  const queries = useQueryClient();
  const query = useQuery(scheduleQuery);
  const [isOpen, { open, close }] = useDisclosure();
  const end = useMutation({
    mutationFn: () => answered(api.DELETE('/backups/v1/schedule')),
    onSuccess: () => tellDone(t('schedule.ended')),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: scheduleQuery.queryKey }),
  });
  const ask = async () => {
    const question = {
      ...{ title: t('schedule.endTitle'), text: t('schedule.endText') },
      ...{ confirm: t('schedule.end'), isDangerous: true },
    };
    if (await confirm(question)) end.mutate();
  };
  const schedule = query.data;
  return (
    <Card withBorder component="section" aria-label={t('schedule.title')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {t('schedule.title')}
          </Title>
          {schedule && (
            <Group gap="xs">
              {schedule.enabled && (
                <Button size="xs" variant="default" loading={end.isPending} onClick={() => void ask()}>
                  {t('schedule.end')}
                </Button>
              )}
              <Button size="xs" variant="default" onClick={open}>
                {t(schedule.enabled ? 'schedule.change' : 'schedule.set')}
              </Button>
            </Group>
          )}
        </Group>
        {schedule ? (
          <Shown schedule={schedule} />
        ) : query.error ? (
          <Failure error={query.error} />
        ) : (
          <Loading />
        )}
      </Stack>
      {schedule && isOpen && <ScheduleForm schedule={schedule} onClose={close} />}
    </Card>
  );
}

function Shown({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useTranslation('backups');
  const { list } = useFormats();
  const labelOf = useObjectLabel();
  const textOf = useRhythmText();
  const { enabled, cron, timeZone, objectTypes, keep, nextRunAt, lastRun, overdueSince, tooDense } = schedule;
  const kept = keep && [
    ...(keep.daily > 0 ? [t('schedule.keepDays', { count: keep.daily })] : []),
    ...(keep.weekly > 0 ? [t('schedule.keepWeeks', { count: keep.weekly })] : []),
    ...(keep.monthly > 0 ? [t('schedule.keepMonths', { count: keep.monthly })] : []),
  ];
  return (
    <Stack gap="sm">
      {tooDense && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {t('schedule.tooDense', { quota: tooDense.quota })}
        </Alert>
      )}
      {overdueSince !== undefined && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {t('schedule.overdue')} <When at={overdueSince} />
        </Alert>
      )}
      {!enabled && (
        <Text size="sm" c="dimmed">
          {t('schedule.none')}
        </Text>
      )}
      <Facts
        facts={[
          cron !== undefined && [t('schedule.runs'), `${textOf(cron)} (${timeZone})`],
          nextRunAt !== undefined && [t('schedule.next'), <When key="next" at={nextRunAt} />],
          lastRun && [t('schedule.last'), <LastRun key="last" run={lastRun} />],
          enabled && [t('schedule.what'), objectTypes ? list(objectTypes.map(labelOf)) : t('allTypes')],
          enabled && [
            t('schedule.keep'),
            kept?.length ? t('schedule.kept', { of: list(kept) }) : t('schedule.keepNone'),
          ],
          schedule.setBy !== undefined && [
            t('schedule.setBy'),
            <span key="by">
              <Person id={schedule.setBy} />, <When at={schedule.setAt} />
            </span>,
          ],
        ]}
      />
    </Stack>
  );
}

function LastRun({ run }: { readonly run: NonNullable<Schedule['lastRun']> }) {
  const { t } = useTranslation('backups');
  const { number } = useFormats();
  const { status, at, backupId, missed, nextAllowedAt, reason } = run;
  const isQuota = reason === 'BACKUP_QUOTA' || reason === 'backup-quota';
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <JobStatus status={status} />
        {backupId === undefined ? (
          <When at={at} />
        ) : (
          <TextLink to="/backups/$backupId" params={{ backupId }}>
            <When at={at} />
          </TextLink>
        )}
      </Group>
      {reason !== undefined && <Text size="sm">{isQuota ? t('quota.title') : reason}</Text>}
      {nextAllowedAt !== undefined && (
        <Text size="sm" component="div">
          {t('quota.next')} <When at={nextAllowedAt} />
        </Text>
      )}
      {missed && (
        <Text size="sm" component="div">
          {t(missed.andMore ? 'schedule.missedMore' : 'schedule.missed', {
            ...{ count: missed.count, shown: number(missed.count) },
          })}{' '}
          <When at={missed.first} relative={false} /> – <When at={missed.last} relative={false} />
        </Text>
      )}
    </Stack>
  );
}
