// Invites somebody by mail, with the role and the teams they are to have.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { NO_VALUES, UserFields, type UserValues } from './user-fields';
import { useRefreshUsers } from './users.queries';

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['users', 'common']);
  const refresh = useRefreshUsers();
  const [email, setEmail] = useState('');
  const [values, setValues] = useState<UserValues>(NO_VALUES);
  const inviting = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/settings/v3/users', {
          body: {
            ...values,
            email: email.trim(),
            sendWelcomeEmail: true,
            secondaryTeamIds: [...values.secondaryTeamIds],
          },
        }),
      ),
    onSuccess: async () => {
      tellDone(t('invite.done', { email: email.trim() }));
      onClose();
      await refresh();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('invite.title')} closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          inviting.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{t('invite.text')}</Text>
          <TextInput
            label={t('common:fields.email')}
            type="email"
            autoComplete="off"
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            data-autofocus
            required
            withAsterisk={false}
          />
          <UserFields values={values} onChange={setValues} />
          {inviting.error && <Failure error={inviting.error} onDismiss={() => inviting.reset()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={inviting.isPending}>
              {t('invite.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
