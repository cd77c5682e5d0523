// Whether employees of the vendor may sign in to help, and until when.
import { Alert, Button, Checkbox, Group, Paper, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { instantIn, wallTimeIn } from '../../words/wall-time';
import { employeesQuery } from './account.queries';

export function Employees() {
  const access = useQuery(employeesQuery);
  return <Answer query={access}>{(data) => <Form key={JSON.stringify(data)} access={data} />}</Answer>;
}

function Form({ access }: { readonly access: Schemas['EmployeeAccessView'] }) {
  const { t } = useTranslation(['account', 'common']);
  const { zone } = useFormats();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [allowed, setAllowed] = useState(access.allowed);
  const [until, setUntil] = useState(access.until === null ? null : wallTimeIn(zone, access.until));
  const save = useMutation({
    mutationFn: () => {
      const body = { allowed, until: allowed && until !== null ? instantIn(zone, until) : null };
      return answered(api.PUT('/settings/v1/employee-access', { body }));
    },
    onSuccess: async () => {
      tellDone(t('saved'));
      await queries.invalidateQueries({ queryKey: ['account'] });
    },
  });
  const ask = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/employee-access/exports', {})),
    onSuccess: ({ id }) => navigate({ to: '/exports/audit/$exportId', params: { exportId: id } }),
  });
  return (
    <Stack maw={640}>
      <Text size="sm" c="dimmed">
        {t('employees.lead')}
      </Text>
      <Alert color={access.isOpen ? 'orange' : 'gray'} role="status">
        {access.isOpen ? t('employees.open') : t('employees.closed')}
      </Alert>
      {!access.isSetUp && <Alert color="gray">{t('employees.notSetUp')}</Alert>}
      <Paper withBorder p="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack>
            <Checkbox
              label={t('employees.allowed')}
              checked={allowed}
              onChange={({ currentTarget }) => setAllowed(currentTarget.checked)}
            />
            <DateTimePicker
              label={`${t('employees.until')} (${zone})`}
              description={t('employees.untilHelp')}
              value={until}
              onChange={setUntil}
              disabled={!allowed}
              clearable
            />
            {save.error && <Failure error={save.error} onDismiss={save.reset} />}
            <Group>
              <Button type="submit" loading={save.isPending}>
                {t('common:actions.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
      <Button
        variant="default"
        loading={ask.isPending}
        onClick={() => ask.mutate()}
        style={{ alignSelf: 'flex-start' }}
      >
        {t('employees.export')}
      </Button>
      {ask.error && <Failure error={ask.error} onDismiss={ask.reset} />}
    </Stack>
  );
}
