// Makes an API key: its name, what it may, from where, and until when.
import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Failure } from '../../ui/states';
import { addressesOf, apiKeysQuery } from './api-keys.queries';
import { ScopePicker } from './scope-picker';
import type { Shown } from './token-dialog';

const DAY_MS = 86_400_000;
const lifetimes = ['7', '30', '90', '365', 'never'] as const;
type Lifetime = (typeof lifetimes)[number];

const endOf = (lifetime: Lifetime): string | null =>
  lifetime === 'never' ? null : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();

interface Props {
  readonly onClose: () => void;
  readonly onMade: (shown: Shown) => void;
}

export function MakeDialog({ onClose, onMade }: Props) {
  const { t } = useTranslation(['apiKeys', 'common']);
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const [addresses, setAddresses] = useState('');
  const [lifetime, setLifetime] = useState<Lifetime>('365');
  const making = useMutation({
    mutationFn: () => {
      const allowedIps = addressesOf(addresses);
      const body = {
        name: name.trim(),
        scopes: [...scopes],
        expiresAt: endOf(lifetime),
        ...(allowedIps && { allowedIps }),
      };
      return answered(api.POST('/auth/v1/api-keys', { body }));
    },
    onSuccess: async (made) => {
      onMade({ name: made.name, token: made.token });
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('make.title')} size="xl" closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('fields.name')}
            description={t('make.nameHelp')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={200}
            data-autofocus
            required
            withAsterisk={false}
          />
          <ScopePicker chosen={scopes} onChange={setScopes} />
          <Addresses value={addresses} onChange={setAddresses} />
          <Select
            label={t('fields.expires')}
            data={lifetimes.map((value) => ({ value, label: t(`make.lifetimes.${value}`) }))}
            value={lifetime}
            allowDeselect={false}
            onChange={(chosen) => setLifetime(chosen as Lifetime)}
          />
          {lifetime === 'never' && (
            <Text size="sm" role="status">
              {t('make.neverWarning')}
            </Text>
          )}
          {making.error && <Failure error={making.error} onDismiss={() => making.reset()} />}
          <Group justify="space-between">
            <Text size="sm" c="dimmed" aria-live="polite">
              {t('make.chosen', { count: scopes.size })}
            </Text>
            <Group>
              <Button variant="default" onClick={onClose}>
                {t('common:actions.cancel')}
              </Button>
              <Button
                type="submit"
                loading={making.isPending}
                disabled={name.trim() === '' || scopes.size === 0}
              >
                {t('make.confirm')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** From where a key may be used. */
export function Addresses({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (typed: string) => void;
}) {
  const { t } = useTranslation('apiKeys');
  return (
    <Textarea
      label={t('fields.addresses')}
      description={t('addressesHelp')}
      placeholder={'192.0.2.0/24\n2001:db8::/32'}
      autosize
      minRows={2}
      spellCheck={false}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
