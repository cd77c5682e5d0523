// For whoever has forgotten their password: asks for a link by mail, and, opened by that link, sets another one.
import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ApiError } from '../../api/errors';
import { When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { DeadLink, ToSignIn } from './dead-link';
import { Frame } from './frame';
import { NewPasswordForm } from './new-password-form';
import { SignInFailure } from './sign-in-failure';
import { resetLinkQuery } from './signing.queries';
import { useSecretLink } from './secret-link';
import { useWait } from './use-wait';

export default function ResetPasswordPage() {
  const token = useSecretLink('/reset-password');
  const [isAsking, setAsking] = useState(false);
  return token === undefined || isAsking ? (
    <AskForLink />
  ) : (
    <SetByLink token={token} onAsk={() => setAsking(true)} />
  );
}

function AskForLink() {
  const { t } = useTranslation(['signing', 'common']);
  const [email, setEmail] = useState('');
  const asking = useMutation({
    mutationFn: () => answered(api.POST('/auth/v1/password/reset', { body: { email: email.trim() } })),
  });
  const wait = useWait(asking.error);
  if (asking.isSuccess)
    return (
      <Frame title={t('reset.sentTitle')}>
        <Text size="sm" role="status" style={{ overflowWrap: 'anywhere' }}>
          {t('reset.sent', { email })}
        </Text>
        <Text size="sm" c="dimmed">
          {t('reset.sentHelp')}
        </Text>
        <Button variant="default" onClick={() => asking.reset()}>
          {t('reset.again')}
        </Button>
        <ToSignIn email={email} />
      </Frame>
    );
  return (
    <Frame title={t('reset.askTitle')} lead={t('reset.askLead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          asking.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('common:fields.email')}
            type="email"
            autoComplete="username"
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            autoFocus
            required
            withAsterisk={false}
          />
          {asking.error && <SignInFailure error={asking.error} wait={wait} />}
          <Button type="submit" loading={asking.isPending} disabled={wait > 0}>
            {t('reset.ask')}
          </Button>
        </Stack>
      </form>
      <ToSignIn />
    </Frame>
  );
}

function SetByLink({ token, onAsk }: { readonly token: string; readonly onAsk: () => void }) {
  const { t } = useTranslation(['signing', 'common']);
  const query = useQuery(resetLinkQuery(token));
  if (query.error instanceof ApiError && query.error.status < 500)
    return (
      <DeadLink
        title={t('reset.setTitle')}
        why={t('common:errors.codes.RESET_LINK_INVALID')}
        action={<Button onClick={onAsk}>{t('reset.askAnother')}</Button>}
      />
    );
  return (
    <Answer query={query}>
      {({ email, expiresAt }) => (
        <Frame
          title={t('reset.setTitle')}
          lead={
            <>
              <Text size="sm">
                {t('reset.until')} <When at={expiresAt} />
              </Text>
            </>
          }
        >
          <Alert color="gray">
            <Text size="sm">{t('reset.effect')}</Text>
          </Alert>
          <NewPasswordForm
            email={email}
            submit={t('reset.set')}
            set={(password) =>
              answered(api.POST('/auth/v1/password/reset/confirm', { body: { token, new: password } }))
            }
            path="/"
          />
        </Frame>
      )}
    </Answer>
  );
}
