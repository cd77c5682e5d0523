// Exports of a view that are made by a schedule: those that there are, and a new one.
import {
  ActionIcon,
  Button,
  Divider,
  Group,
  Modal,
  MultiSelect,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../../api/client';
import { nameOf, peopleQuery } from '../../../api/people';
import { useMe } from '../../../api/session';
import { confirm } from '../../../ui/confirm';
import { Answer, Failure } from '../../../ui/states';
import { tellDone, tellFailure } from '../../../ui/told';
import { useFormats } from '../../../words/formats';
import type { View } from '../filter';
import { nameOfView } from '../views/view-tabs';
import { beatOf, cronOf, type Beat } from './cron';
import { FormatChoice, type Format } from './export-dialog';

type Schedule = Schemas['ExportScheduleView'];
const key = ['audit', 'schedules'];

interface Props {
  readonly views: readonly View[];
  readonly view: string | undefined;
  readonly onClose: () => void;
}

export function SchedulesDialog({ views, view, onClose }: Props) {
  const { t } = useTranslation('audit');
  const schedules = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/exports/schedules', { params: { query: { limit: 100 } }, signal })),
  });
  return (
    <Modal opened onClose={onClose} title={t('schedule.title')} size="lg">
      <Stack>
        <Answer query={schedules}>
          {({ results }) =>
            results.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('schedule.none')}
              </Text>
            ) : (
              <Stack gap="xs" component="ul" m={0} pl={0} style={{ listStyle: 'none' }}>
                {results.map((schedule) => (
                  <One key={schedule.id} schedule={schedule} views={views} />
                ))}
              </Stack>
            )
          }
        </Answer>
        <Divider />
        <New views={views} view={view} />
      </Stack>
    </Modal>
  );
}

/** A schedule in words: "Mondays at 06:00 (Europe/Oslo)". */
function useBeatText(): (cron: string) => string {
  const { t } = useTranslation('audit');
  const weekday = useWeekday();
  return (cron) => {
    const beat = beatOf(cron);
    if (!beat) return cron;
    const { every, at, day } = beat;
    if (every === 'day') return t('schedule.everyDay', { at });
    return every === 'week'
      ? t('schedule.everyWeek', { at, weekday: weekday(beat.weekday) })
      : t('schedule.everyMonth', { at, day });
  };
}

function useWeekday(): (weekday: number) => string {
  const { locale } = useFormats();
  const format = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  // The fourth of January 1970 was a Sunday.
  return (weekday) => format.format(Date.UTC(1970, 0, 4 + weekday));
}

function One({ schedule, views }: { readonly schedule: Schedule; readonly views: readonly View[] }) {
  const { t } = useTranslation('audit');
  const queries = useQueryClient();
  const { shortTime } = useFormats();
  const beat = useBeatText();
  const view = views.find(({ id }) => id === schedule.view);
  const name = view ? nameOfView(view, t) : (schedule.view ?? t('export.all'));
  const remove = async () => {
    const isMeant = await confirm({
      title: t('schedule.deleteTitle'),
      text: t('schedule.deleteText', { name }),
      confirm: t('schedule.delete'),
      isDangerous: true,
    });
    if (!isMeant) return;
    try {
      const path = { params: { path: { scheduleId: schedule.id } } };
      await answered(api.DELETE('/audit/v1/exports/schedules/{scheduleId}', path));
      await queries.invalidateQueries({ queryKey: key });
      tellDone(t('schedule.deleted'));
    } catch (error) {
      tellFailure(error);
    }
  };
  const { lastRun, nextRunAt } = schedule;
  return (
    <Group component="li" justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm" fw={500}>
          {name} · {schedule.format === 'csv' ? 'CSV' : 'JSON Lines'}
        </Text>
        <Text size="xs" c="dimmed">
          {beat(schedule.cron)} ({schedule.timeZone})
          {nextRunAt !== undefined && ` · ${t('schedule.next', { time: shortTime(nextRunAt) })}`}
          {lastRun?.refused && ` · ${t('schedule.refused', { reason: lastRun.refused })}`}
        </Text>
      </div>
      <ActionIcon
        variant="subtle"
        color="red"
        aria-label={t('schedule.deleteOf', { name })}
        onClick={() => void remove()}
      >
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function New({ views, view: first }: { readonly views: readonly View[]; readonly view: string | undefined }) {
  const { t } = useTranslation('audit');
  const queries = useQueryClient();
  const { user } = useMe();
  const { zone } = useFormats();
  const weekday = useWeekday();
  const { data: people = [] } = useQuery(peopleQuery);
  const [view, setView] = useState(first ?? 'security');
  const [format, setFormat] = useState<Format>('csv');
  const [beat, setBeat] = useState<Beat>({ every: 'week', weekday: 1, day: 1, at: '06:00' });
  const [recipients, setRecipients] = useState<string[]>([]);
  const save = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/audit/v1/exports/schedules', {
          body: { cron: cronOf(beat), timeZone: zone, view, format, recipients },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: key });
      tellDone(t('schedule.made'));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={3} size="h6">
          {t('schedule.new')}
        </Title>
        <Select
          label={t('schedule.view')}
          data={views.map((one) => ({ value: one.id, label: nameOfView(one, t) }))}
          value={view}
          allowDeselect={false}
          onChange={(value) => setView(value!)}
        />
        <Group grow align="end">
          <Select
            label={t('schedule.every')}
            data={(['day', 'week', 'month'] as const).map((value) => ({
              value,
              label: t(`schedule.${value}`),
            }))}
            value={beat.every}
            allowDeselect={false}
            onChange={(every) => setBeat({ ...beat, every: every as Beat['every'] })}
          />
          {beat.every === 'week' && (
            <Select
              label={t('schedule.weekday')}
              data={[1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: weekday(day) }))}
              value={String(beat.weekday)}
              allowDeselect={false}
              onChange={(day) => setBeat({ ...beat, weekday: Number(day) })}
            />
          )}
          {beat.every === 'month' && (
            <Select
              label={t('schedule.dayOfMonth')}
              data={Array.from({ length: 28 }, (_, day) => String(day + 1))}
              value={String(beat.day)}
              allowDeselect={false}
              onChange={(day) => setBeat({ ...beat, day: Number(day) })}
            />
          )}
          <TextInput
            type="time"
            label={t('schedule.at', { zone })}
            value={beat.at}
            required
            onChange={({ currentTarget }) => setBeat({ ...beat, at: currentTarget.value })}
          />
        </Group>
        <FormatChoice format={format} onChange={setFormat} />
        <MultiSelect
          label={t('schedule.recipients')}
          description={t('schedule.recipientsHelp')}
          data={people
            .filter(({ superAdmin, status, id }) => superAdmin && status === 'active' && id !== user.id)
            .map((person) => ({ value: person.id, label: nameOf(person) }))}
          value={recipients}
          onChange={setRecipients}
          searchable
        />
        {save.error && <Failure error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={beat.at === ''}>
            {t('schedule.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
