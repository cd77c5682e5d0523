// Shows what a role allows, and changes it where it is the account's own.
import { Button, Checkbox, Group, Modal, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { allowances, draftOf, type Allowance, type Draft } from './permissions';
import { RecordRights } from './record-rights';
import { useRoleName } from './role-name';
import { useRefreshUsers, type Role } from './users.queries';

interface Props {
  /** Left out for a new one. */
  readonly role: Role | undefined;
  /** A new one that begins with what the role allows. */
  readonly isCopy: boolean;
  readonly onClose: () => void;
}

export function RoleEditor({ role, isCopy, onClose }: Props) {
  const { t } = useTranslation(['users', 'common']);
  const roleName = useRoleName();
  const refresh = useRefreshUsers();
  const isNew = role === undefined || isCopy;
  const isReadOnly = !isNew && role.standard;
  const [draft, setDraft] = useState<Draft>(() => {
    const known = draftOf(role);
    return isCopy && role ? { ...known, name: t('roles.copyName', { name: roleName(role) }) } : known;
  });
  const saving = useMutation({
    mutationFn: async () => {
      const { name, records, allows } = draft;
      const body = { name: name.trim(), permissions: { records, allows: allows as Allowance[] } };
      if (isNew) await answered(api.POST('/settings/v3/users/roles', { body }));
      else
        await answered(
          api.PUT('/settings/v3/users/roles/{roleId}', { params: { path: { roleId: role.id } }, body }),
        );
    },
    onSuccess: async () => {
      tellDone(t('roles.saved', { name: draft.name.trim() }));
      onClose();
      await refresh();
    },
  });
  const title = isNew ? t('roles.makeTitle') : roleName(role);
  const toggle = (name: string, isOn: boolean) =>
    setDraft({
      ...draft,
      allows: isOn ? [...draft.allows, name] : draft.allows.filter((one) => one !== name),
    });
  return (
    <Modal opened onClose={onClose} title={title} size="xl" closeOnClickOutside={isReadOnly}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <Stack>
          {isReadOnly ? (
            <Text size="sm">{t('roles.readOnly')}</Text>
          ) : (
            <TextInput
              label={t('roles.name')}
              value={draft.name}
              onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
              maxLength={100}
              data-autofocus
              required
              withAsterisk={false}
              maw={400}
            />
          )}
          <Title order={3} size="h5">
            {t('roles.records')}
          </Title>
          <RecordRights
            records={draft.records}
            isReadOnly={isReadOnly}
            onChange={(records) => setDraft({ ...draft, records })}
          />
          <Title order={3} size="h5">
            {t('roles.allows')}
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
            {allowances.map((name) => (
              <Checkbox
                key={name}
                label={t(`allowances.${name}`)}
                checked={draft.allows.includes(name)}
                disabled={isReadOnly}
                styles={{ label: { color: 'var(--mantine-color-text)' } }}
                onChange={({ currentTarget }) => toggle(name, currentTarget.checked)}
              />
            ))}
          </SimpleGrid>
          {saving.error && <Failure error={saving.error} onDismiss={() => saving.reset()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t(isReadOnly ? 'common:actions.close' : 'common:actions.cancel')}
            </Button>
            {!isReadOnly && (
              <Button type="submit" loading={saving.isPending} disabled={draft.name.trim() === ''}>
                {t(isNew ? 'roles.makeConfirm' : 'common:actions.save')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
