// Changes a key's name and from where it may be used, or gives it another token.
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { addressesOf, apiKeysQuery, type ApiKey } from './api-keys.queries';
import { Addresses } from './make-dialog';
import type { Shown } from './token-dialog';

export function ChangeDialog({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const { t } = useTranslation(['apiKeys', 'common']);
  const queries = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [addresses, setAddresses] = useState((apiKey.allowedIps ?? []).join('\n'));
  const saving = useMutation({
    mutationFn: () =>
      answered(
        api.PATCH('/auth/v1/api-keys/{id}', {
          params: { path: { id: apiKey.id } },
          body: { name: name.trim(), allowedIps: addressesOf(addresses) },
        }),
      ),
    onSuccess: async () => {
      tellDone(t('change.done'));
      onClose();
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('change.title', { name: apiKey.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('fields.name')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={200}
            data-autofocus
            required
            withAsterisk={false}
          />
          <Addresses value={addresses} onChange={setAddresses} />
          <Text size="sm" c="dimmed">
            {t('change.scopes')}
          </Text>
          {saving.error && <Failure error={saving.error} onDismiss={() => saving.reset()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={saving.isPending} disabled={name.trim() === ''}>
              {t('common:actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const overlaps = ['0', '3600', '86400', '604800'] as const;

export function RotateDialog({
  apiKey,
  onClose,
  onMade,
}: {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
  readonly onMade: (shown: Shown) => void;
}) {
  const { t } = useTranslation(['apiKeys', 'common']);
  const queries = useQueryClient();
  const [overlap, setOverlap] = useState<string>('86400');
  const rotating = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/auth/v1/api-keys/{id}/rotate', {
          params: { path: { id: apiKey.id } },
          body: { overlapSeconds: Number(overlap) },
        }),
      ),
    onSuccess: async ({ token, previousUntil }) => {
      onMade({ name: apiKey.name, token, previousUntil });
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('rotate.title', { name: apiKey.name })}>
      <Stack>
        <Text size="sm">{t('rotate.text')}</Text>
        <Select
          label={t('rotate.overlap')}
          data={overlaps.map((value) => ({ value, label: t(`rotate.overlaps.${value}`) }))}
          value={overlap}
          allowDeselect={false}
          onChange={(chosen) => setOverlap(chosen!)}
        />
        {apiKey.previousUntil !== null && <Text size="sm">{t('rotate.ends')}</Text>}
        {rotating.error && <Failure error={rotating.error} onDismiss={() => rotating.reset()} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button onClick={() => rotating.mutate()} loading={rotating.isPending}>
            {t('rotate.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
