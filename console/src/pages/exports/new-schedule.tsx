// The form for a schedule of exports of the audit log.
import { Button, Group, Modal, MultiSelect, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useMe } from '../../api/session';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { schedulesQuery, viewsQuery } from './exports.queries';

const usual = { daily: '0 6 * * *', weekly: '0 6 * * 1', monthly: '0 6 1 * *' } as const;
const EVERYTHING = '*';

/** Super admins, since nobody else can be told. */
const adminsQuery = {
  queryKey: ['users', 'super-admins'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const { results } = await answered(
      api.GET('/settings/v3/users', { params: { query: { limit: 100 } }, signal }),
    );
    return results.filter(({ superAdmin }) => superAdmin);
  },
};

export function NewSchedule({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['exports', 'common']);
  const { zone } = useFormats();
  const { user } = useMe();
  const queries = useQueryClient();
  const { data: views } = useQuery(viewsQuery);
  const { data: admins = [] } = useQuery(adminsQuery);
  const [cron, setCron] = useState<string>(usual.weekly);
  const [isOwn, setOwn] = useState(false);
  const [timeZone, setTimeZone] = useState(zone);
  const [what, setWhat] = useState(EVERYTHING);
  const [format, setFormat] = useState<'csv' | 'jsonl'>('csv');
  const [recipients, setRecipients] = useState<string[]>([]);
  const save = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/audit/v1/exports/schedules', {
          body: {
            cron: cron.trim(),
            timeZone,
            format,
            recipients,
            ...(what !== EVERYTHING && { view: what }),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: schedulesQuery.queryKey });
      tellDone(t('schedules.saved'));
      onClose();
    },
  });
  const chosen = isOwn ? 'own' : (Object.entries(usual).find(([, one]) => one === cron)?.[0] ?? 'own');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('schedules.add')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="sm">
          <Select
            label={t('audit.newWhat')}
            searchable
            allowDeselect={false}
            data={[
              { value: EVERYTHING, label: t('audit.everything') },
              ...(views?.results ?? []).map(({ id, name }) => ({
                value: id,
                label: t('audit.view', { view: name }),
              })),
            ]}
            value={what}
            onChange={(value) => setWhat(value!)}
          />
          <Radio.Group
            label={t('schedules.every')}
            value={chosen}
            onChange={(value) => {
              setOwn(value === 'own');
              if (value !== 'own') setCron(usual[value as keyof typeof usual]);
            }}
          >
            <Stack gap={6} mt={4}>
              {(['daily', 'weekly', 'monthly', 'own'] as const).map((one) => (
                <Radio key={one} value={one} label={t(`schedules.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Group grow align="flex-start">
            {isOwn && (
              <TextInput
                label={t('schedules.cron')}
                value={cron}
                required
                ff="monospace"
                onChange={({ currentTarget }) => setCron(currentTarget.value)}
              />
            )}
            <Select
              label={t('schedules.zone')}
              searchable
              allowDeselect={false}
              limit={50}
              data={[...new Set([zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
              value={timeZone}
              onChange={(value) => setTimeZone(value!)}
            />
          </Group>
          <Radio.Group label={t('audit.newFormat')} value={format} onChange={(value) => setFormat(value)}>
            <Stack gap={6} mt={4}>
              <Radio value="csv" label={t('audit.csv')} />
              <Radio value="jsonl" label={t('audit.jsonl')} />
            </Stack>
          </Radio.Group>
          <MultiSelect
            label={t('schedules.recipients')}
            description={t('schedules.recipientsHelp')}
            searchable
            data={admins
              .filter(({ id }) => id !== user.id)
              .map(({ id, email }) => ({ value: id, label: email }))}
            value={recipients}
            onChange={setRecipients}
          />
          {save.error && <Failure error={save.error} onDismiss={save.reset} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('schedules.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
