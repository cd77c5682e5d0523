// Signs in: by e-mail address and password, then a code where a second factor is active; or at the provider.
import { Alert, Anchor, Button, Divider, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isCode } from '../../api/errors';
import { meQuery } from '../../api/session';
import { CodeField, NO_PROOF } from '../../ui/code-field';
import { PasswordField } from '../../ui/password-field';
import { Loading } from '../../ui/states';
import { Frame } from './frame';
import { keptReturnPath, returnPath } from './return-path';
import { SignInFailure } from './sign-in-failure';
import { setUpQuery } from './signing.queries';
import { SsoButton } from './sso-button';
import { useSigningIn } from './use-signing-in';
import { useWait } from './use-wait';

/** What the way back from the provider says in the address, besides codes of refusals. */
const STEPPED_UP = 'stepped-up';
const DONE = 'done';

export default function SignInPage() {
  const { t, i18n } = useTranslation('signing');
  const { to, sso } = useSearch({ from: '/sign-in' });
  const me = useQuery(meQuery);
  const setUp = useQuery(setUpQuery);
  if (me.isPending) return <Loading />;
  if (sso === STEPPED_UP)
    return (
      <Frame title={t('signIn.title')}>
        <Alert color="teal" role="status">
          {t('signIn.steppedUp')}
        </Alert>
      </Frame>
    );
  if (me.data) {
    const wanted = to ?? (sso === DONE ? keptReturnPath() : undefined);
    return <Navigate to={returnPath(wanted, location.origin)} replace />;
  }
  return (
    <Frame title={t('signIn.title')}>
      {sso !== undefined && sso !== DONE && (
        <Alert color="red" role="alert">
          {i18n.exists(`signing:sso.${sso}`)
            ? t(`sso.${sso as 'SSO_REFUSED'}`)
            : t('sso.other', { code: sso })}
        </Alert>
      )}
      {setUp.data?.open === true && (
        <Alert color="cyan" title={t('signIn.notSetUp')}>
          {t('signIn.notSetUpText')}
        </Alert>
      )}
      <SignInForm />
    </Frame>
  );
}

function SignInForm() {
  const { t } = useTranslation(['signing', 'common']);
  const search = useSearch({ from: '/sign-in' });
  const path = returnPath(search.to, location.origin);
  const signIn = useSigningIn();
  const [email, setEmail] = useState(search.email ?? '');
  const [password, setPassword] = useState('');
  const [proof, setProof] = useState(NO_PROOF);
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const wait = useWait(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(email.trim(), password, path, needsCode ? proof : undefined);
    } catch (failure) {
      setBusy(false);
      if (isCode(failure, 'TOTP_REQUIRED') && !needsCode) return setNeedsCode(true);
      setError(failure);
      if (needsCode) setProof({ ...proof, value: '' });
    }
  };
  const back = () => {
    setNeedsCode(false);
    setProof(NO_PROOF);
    setError(undefined);
  };
  return (
    <Stack gap="md">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {needsCode ? (
            <>
              <Text size="sm">{t('signIn.codeText', { email })}</Text>
              <CodeField proof={proof} onChange={setProof} />
            </>
          ) : (
            <>
              <TextInput
                label={t('common:fields.email')}
                type="email"
                autoComplete="username"
                value={email}
                onChange={({ currentTarget }) => setEmail(currentTarget.value)}
                autoFocus={email === ''}
                required
                withAsterisk={false}
              />
              <PasswordField value={password} onChange={setPassword} autoFocus={email !== ''} />
            </>
          )}
          {error !== undefined && <SignInFailure error={error} wait={wait} />}
          <Button type="submit" loading={isBusy} disabled={wait > 0} fullWidth>
            {t(needsCode ? 'signIn.confirmCode' : 'common:signIn')}
          </Button>
        </Stack>
      </form>
      {needsCode ? (
        <Button variant="subtle" size="compact-sm" onClick={back}>
          {t('signIn.otherPerson')}
        </Button>
      ) : (
        <>
          <Anchor
            size="sm"
            ta="center"
            renderRoot={(props) => <Link to="/reset-password" search={{}} {...props} />}
          >
            {t('signIn.forgot')}
          </Anchor>
          <Divider label={t('signIn.or')} />
          <SsoButton isFirst={error instanceof ApiError && error.code === 'SSO_REQUIRED'} path={path} />
        </>
      )}
    </Stack>
  );
}
