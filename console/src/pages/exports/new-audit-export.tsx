// The form for an export of the audit log: a view or everything, between two instants, for people or for machines.
import { Anchor, Button, Checkbox, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { InstantInput } from '../../ui/instant-input';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { viewsQuery } from './exports.queries';

const EVERYTHING = '*';
const EMPLOYEES = '!';

export function NewAuditExport({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['exports', 'common']);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: views } = useQuery(viewsQuery);
  const [what, setWhat] = useState(EVERYTHING);
  const [format, setFormat] = useState<'csv' | 'jsonl'>('csv');
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const [hasAll, setAll] = useState(false);
  const make = useMutation({
    mutationFn: () => {
      if (what === EMPLOYEES) return answered(api.POST('/audit/v1/employee-access/exports'));
      const filter = { ...(from && { from }), ...(to && { to }), ...(hasAll && { includeNonUser: 'true' }) };
      return answered(
        api.POST('/audit/v1/exports', {
          body: {
            format,
            ...(what !== EVERYTHING && { view: what }),
            ...(Object.keys(filter).length > 0 && { filter }),
          },
        }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['audit-exports'] });
      tellDone(t('new.made'));
      await navigate({ to: '/exports/audit/$exportId', params: { exportId: id } });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('audit.newTitle')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
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
              { value: EMPLOYEES, label: t('audit.employees') },
            ]}
            value={what}
            onChange={(chosen) => setWhat(chosen!)}
          />
          {what !== EMPLOYEES && (
            <>
              <Group grow align="flex-start">
                <InstantInput
                  label={t('audit.from')}
                  value={from}
                  onChange={setFrom}
                  empty={t('audit.always')}
                />
                <InstantInput label={t('audit.to')} value={to} onChange={setTo} empty={t('audit.now')} />
              </Group>
              <Radio.Group
                label={t('audit.newFormat')}
                value={format}
                onChange={(chosen) => setFormat(chosen)}
              >
                <Stack gap={6} mt={4}>
                  <Radio value="csv" label={t('audit.csv')} />
                  <Radio value="jsonl" label={t('audit.jsonl')} />
                </Stack>
              </Radio.Group>
              <Checkbox
                label={t('audit.includeNonUser')}
                checked={hasAll}
                onChange={({ currentTarget }) => setAll(currentTarget.checked)}
              />
            </>
          )}
          <Text size="sm" c="dimmed">
            <Anchor size="sm" renderRoot={(props) => <Link to="/audit" {...props} />}>
              {t('audit.newHint')}
            </Anchor>
          </Text>
          {make.error && <Failure error={make.error} onDismiss={make.reset} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {t('new.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
