// The dialog that sets the schedule of backups: how often, on which clocks, of what, and which files stay longer.
import {
  Alert,
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ApiError } from '../../api/errors';
import { ObjectTypesSelect } from '../../ui/object-type-select';
import { Person } from '../../ui/person';
import { When } from '../../ui/shown';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { scheduleQuery, type Schedule } from './backups.queries';
import { cronOf, dayName, rhythmOf, WEEK, type Rhythm } from './cron';

const PERIODS = [
  ['daily', 366],
  ['weekly', 520],
  ['monthly', 240],
] as const;

const zones = (current: string): string[] => {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set([current, 'UTC', ...known])];
};

/** Somebody else has set the schedule while this dialog was open. */
class ChangedMeanwhile extends Error {
  constructor(readonly now: Schedule) {
    super('The schedule was changed meanwhile');
  }
}

interface Props {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

export function ScheduleForm({ schedule, onClose }: Props) {
  const { t } = useTranslation(['backups', 'common']);
  const { locale, zone } = useFormats();
  const queries = useQueryClient();
  const [rhythm, setRhythm] = useState<Rhythm>(rhythmOf(schedule.cron ?? '0 3 * * *'));
  const [timeZone, setTimeZone] = useState(schedule.timeZone ?? zone);
  const [objectTypes, setObjectTypes] = useState<string[]>(schedule.objectTypes ?? []);
  const [keep, setKeep] = useState(schedule.keep ?? { daily: 0, weekly: 0, monthly: 0 });
  const [seen, setSeen] = useState(schedule.setAt);
  const save = useMutation({
    mutationFn: async () => {
      const now = await answered(api.GET('/backups/v1/schedule'));
      if (now.setAt !== seen) throw new ChangedMeanwhile(now);
      const some = objectTypes.length > 0 && { objectTypes };
      const isKept = keep.daily + keep.weekly + keep.monthly > 0 && { keep };
      const body = { cron: cronOf(rhythm), timeZone, ...some, ...isKept };
      return answered(api.PUT('/backups/v1/schedule', { body }));
    },
    onSuccess: (now) => {
      queries.setQueryData(scheduleQuery.queryKey, now);
      tellDone(t('schedule.saved'));
      onClose();
    },
    onError: (error) => error instanceof ChangedMeanwhile && setSeen(error.now.setAt),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const time = rhythm.kind === 'own' ? '03:00' : rhythm.time;
  const choose = (kind: string) => {
    if (kind === 'daily') setRhythm({ kind, time });
    if (kind === 'weekly') setRhythm({ kind, time, day: 1 });
    if (kind === 'own') setRhythm({ kind, cron: cronOf(rhythm) });
  };
  return (
    <Modal opened onClose={onClose} title={t('schedule.formTitle')} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <SegmentedControl
            aria-label={t('schedule.runs')}
            value={rhythm.kind}
            onChange={choose}
            data={(['daily', 'weekly', 'own'] as const).map((value) => ({
              value,
              label: t(`schedule.kind.${value}`),
            }))}
          />
          <Group align="flex-start" grow preventGrowOverflow={false}>
            {rhythm.kind === 'weekly' && (
              <Select
                label={t('schedule.day')}
                data={WEEK.map((day) => ({ value: String(day), label: dayName(day, locale) }))}
                value={String(rhythm.day)}
                allowDeselect={false}
                onChange={(day) => setRhythm({ ...rhythm, day: Number(day) })}
              />
            )}
            {rhythm.kind === 'own' ? (
              <TextInput
                label={t('schedule.cron')}
                description={t('schedule.cronHelp')}
                value={rhythm.cron}
                onChange={({ currentTarget }) => setRhythm({ kind: 'own', cron: currentTarget.value })}
                ff="monospace"
                required
              />
            ) : (
              <TextInput
                type="time"
                label={t('schedule.time')}
                value={rhythm.time}
                onChange={({ currentTarget }) => setRhythm({ ...rhythm, time: currentTarget.value })}
                required
              />
            )}
            <Select
              label={t('schedule.zone')}
              description={rhythm.kind === 'own' ? t('schedule.zoneHelp') : undefined}
              data={zones(timeZone)}
              value={timeZone}
              searchable
              allowDeselect={false}
              limit={50}
              onChange={(chosen) => setTimeZone(chosen!)}
            />
          </Group>
          <ObjectTypesSelect value={objectTypes} onChange={setObjectTypes} />
          <Stack gap={4}>
            <Text size="sm" fw={500}>
              {t('schedule.keep')}
            </Text>
            <Text size="xs" c="dimmed">
              {t('schedule.keepHelp')}
            </Text>
            <Group grow>
              {PERIODS.map(([period, most]) => (
                <NumberInput
                  key={period}
                  label={t(`schedule.periods.${period}`)}
                  min={0}
                  max={most}
                  allowDecimal={false}
                  value={keep[period]}
                  onChange={(value) => setKeep({ ...keep, [period]: Number(value) || 0 })}
                />
              ))}
            </Group>
          </Stack>
          <SaveFailure error={save.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('schedule.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function SaveFailure({ error }: { readonly error: Error | null }) {
  const { t } = useTranslation(['backups', 'common']);
  if (!error) return null;
  if (error instanceof ChangedMeanwhile) {
    const { enabled, cron, timeZone, setBy, setAt } = error.now;
    return (
      <Alert color="orange" role="alert" title={t('schedule.changedTitle')}>
        {enabled ? (
          <>
            <Person id={setBy} />, <When at={setAt} />: <code>{cron}</code> ({timeZone}).{' '}
          </>
        ) : (
          <>{t('schedule.none')} </>
        )}
        {t('schedule.changedText')}
      </Alert>
    );
  }
  if (error instanceof ApiError && error.code === 'BACKUP_SCHEDULE_TOO_DENSE') {
    const { from: [first] = [], to: [second] = [] } = error.body.context ?? {};
    return (
      <Alert color="orange" role="alert" title={t('schedule.denseTitle')}>
        {t('schedule.denseText')}
        {first !== undefined && second !== undefined && (
          <div>
            <When at={first} relative={false} /> – <When at={second} relative={false} />
          </div>
        )}
      </Alert>
    );
  }
  return <Failure error={error} />;
}
