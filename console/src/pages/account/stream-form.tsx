// Has the audit log streamed to a SIEM.
import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { Failure } from '../../ui/states';

type Body = Schemas['AuditStreamBody'];
const kinds = ['webhook', 'syslog', 'file'] as const;
const formats = ['json', 'ocsf', 'cef'] as const;

const empty = {
  ...{ name: '', kind: 'webhook' as Body['kind'], format: 'json' as Body['format'], q: '', changes: false },
  ...{ url: '', host: '', port: 6514 as number | string, tls: true, path: '', from: '' },
};

function bodyOf({ name, kind, format, q, changes, url, host, port, tls, path, from }: typeof empty): Body {
  const where = { webhook: { url }, syslog: { host, port: Number(port), tls }, file: { path } }[kind];
  return {
    ...{ name, kind, format, ...where },
    ...(q !== '' && { q }),
    ...(changes && { include: ['changes'] as 'changes'[] }),
    ...(from !== '' && { from }),
  };
}

export function StreamForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['account', 'common']);
  const queries = useQueryClient();
  const [typed, setTyped] = useState(empty);
  const set = (change: Partial<typeof empty>) => setTyped({ ...typed, ...change });
  const text = (
    name: 'name' | 'q' | 'url' | 'host' | 'path' | 'from',
    isRequired: boolean,
    description?: string,
  ) => (
    <TextInput
      label={t(`streams.${name}`)}
      description={description}
      value={typed[name]}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
      required={isRequired}
    />
  );
  const save = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/streams', { body: bodyOf(typed) })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['streams'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={t('streams.add')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          {text('name', true)}
          <Group grow>
            <Select
              label={t('streams.kind')}
              data={kinds.map((value) => ({ value, label: t(`streams.kinds.${value}`) }))}
              value={typed.kind}
              onChange={(kind) => set({ kind: kind as Body['kind'] })}
              allowDeselect={false}
            />
            <Select
              label={t('streams.format')}
              data={formats.map((value) => ({ value, label: t(`streams.formats.${value}`) }))}
              value={typed.format}
              onChange={(format) => set({ format: format as Body['format'] })}
              allowDeselect={false}
            />
          </Group>
          {typed.kind === 'webhook' && text('url', true)}
          {typed.kind === 'file' && text('path', true)}
          {typed.kind === 'syslog' && (
            <>
              <Group grow>
                {text('host', true)}
                <NumberInput
                  label={t('streams.port')}
                  value={typed.port}
                  onChange={(port) => set({ port })}
                  min={1}
                  max={65_535}
                />
              </Group>
              <Checkbox
                label={t('streams.tls')}
                checked={typed.tls}
                onChange={({ currentTarget }) => set({ tls: currentTarget.checked })}
              />
            </>
          )}
          {text('q', false)}
          <Checkbox
            label={t('streams.changes')}
            checked={typed.changes}
            onChange={({ currentTarget }) => set({ changes: currentTarget.checked })}
          />
          {text('from', false, t('streams.fromHelp'))}
          {save.error && <Failure error={save.error} onDismiss={save.reset} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('streams.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
