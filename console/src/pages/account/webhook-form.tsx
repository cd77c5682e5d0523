// Subscribes a receiver to what happens to records.
import { Button, Checkbox, Group, Modal, MultiSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { ObjectTypesSelect } from '../../ui/object-type-select';
import { Failure } from '../../ui/states';

type Event = Schemas['WebhookBody']['events'][number];
const events: readonly Event[] = [
  ...(['creation', 'propertyChange', 'deletion', 'restore', 'merge'] as const),
  ...(['associationChange', 'privacyDeletion'] as const),
];

interface Props {
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

export function WebhookForm({ onClose, onSecret }: Props) {
  const { t } = useTranslation(['account', 'common']);
  const queries = useQueryClient();
  const [typed, setTyped] = useState({
    url: '',
    objectTypes: ['contacts'],
    events: ['creation', 'propertyChange', 'deletion'] as Event[],
    properties: [] as string[],
    told: { restores: false, undos: false, imports: false },
  });
  const set = (change: Partial<typeof typed>) => setTyped({ ...typed, ...change });
  const save = useMutation({
    mutationFn: () => {
      const { properties, ...body } = typed;
      const some = properties.length > 0 ? properties : null;
      return answered(api.POST('/webhooks/v1/subscriptions', { body: { ...body, properties: some } }));
    },
    onSuccess: async ({ secret }) => {
      onClose();
      onSecret(secret);
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  return (
    <Modal opened onClose={onClose} size="lg" title={t('webhooks.add')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('webhooks.url')}
            type="url"
            placeholder="https://"
            value={typed.url}
            onChange={({ currentTarget }) => set({ url: currentTarget.value })}
            required
            data-autofocus
          />
          <ObjectTypesSelect
            label={t('webhooks.types')}
            value={typed.objectTypes}
            onChange={(objectTypes) => set({ objectTypes })}
            required
          />
          <MultiSelect
            label={t('webhooks.events')}
            data={events.map((value) => ({ value, label: t(`webhooks.eventNames.${value}`) }))}
            value={typed.events}
            onChange={(chosen) => set({ events: chosen })}
            required
          />
          <TagsInput
            label={t('webhooks.properties')}
            description={t('webhooks.propertiesHelp')}
            value={typed.properties}
            onChange={(properties) => set({ properties })}
          />
          <Checkbox.Group
            label={t('webhooks.told')}
            value={Object.entries(typed.told).flatMap(([name, isTold]) => (isTold ? [name] : []))}
            onChange={(names) =>
              set({
                told: {
                  restores: names.includes('restores'),
                  undos: names.includes('undos'),
                  imports: names.includes('imports'),
                },
              })
            }
          >
            <Group mt={6}>
              {(['restores', 'undos', 'imports'] as const).map((name) => (
                <Checkbox key={name} value={name} label={t(`webhooks.${name}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          {save.error && <Failure error={save.error} onDismiss={save.reset} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('webhooks.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
