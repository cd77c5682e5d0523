// Changes one's own password, with the one before.
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { isCode } from '../../api/errors';
import { useMe } from '../../api/session';
import { isLongEnough, NewPasswordField, PasswordField } from '../../ui/password-field';
import { Failure, useErrorText } from '../../ui/states';
import { tellDone } from '../../ui/told';

export function PasswordTab() {
  const { t } = useTranslation('profile');
  const { user, session } = useMe();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const changing = useMutation({
    mutationFn: () => answered(api.POST('/auth/v1/password', { body: { current, new: wanted } })),
    onSuccess: async () => {
      setCurrent('');
      setWanted('');
      tellDone(t('password.done'));
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const isWrong = isCode(changing.error, 'PASSWORD_WRONG');
  const isKnown = isCode(changing.error, 'PASSWORD_KNOWN');
  if (session?.loginType === 'SSO')
    return (
      <Alert color="gray" maw={560}>
        {t('password.sso')}
      </Alert>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate();
      }}
    >
      <Stack maw={440}>
        <Text size="sm">{t('password.effect')}</Text>
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordField
          label={t('password.current')}
          value={current}
          onChange={(typed) => {
            setCurrent(typed);
            if (isWrong) changing.reset();
          }}
          error={isWrong ? errorText(changing.error) : undefined}
        />
        <NewPasswordField
          value={wanted}
          onChange={(typed) => {
            setWanted(typed);
            if (isKnown) changing.reset();
          }}
          error={changing.error}
        />
        {changing.error && !isWrong && !isKnown && (
          <Failure error={changing.error} onDismiss={() => changing.reset()} />
        )}
        <Button
          type="submit"
          loading={changing.isPending}
          disabled={current === '' || !isLongEnough(wanted)}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('password.change')}
        </Button>
      </Stack>
    </form>
  );
}
