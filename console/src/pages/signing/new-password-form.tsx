// A form with which somebody whose link was good sets their password, and is signed in with it at once.
import { Button, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isCode } from '../../api/errors';
import type { Proof } from '../../api/sign-in';
import { CodeField, NO_PROOF } from '../../ui/code-field';
import { isLongEnough, NewPasswordField } from '../../ui/password-field';
import { SignInFailure } from './sign-in-failure';
import { useSigningIn } from './use-signing-in';
import { useWait } from './use-wait';

interface Props {
  /** Whose password it is; left out where they say so themselves. */
  readonly email?: string;
  readonly submit: string;
  /** Sets the password; what it rejects with is shown. */
  readonly set: (password: string, email: string) => Promise<unknown>;
  /** Where to go once signed in. */
  readonly path: string;
}

export function NewPasswordForm({ email: known, submit, set, path }: Props) {
  const { t } = useTranslation(['signing', 'common']);
  const signIn = useSigningIn();
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [isSet, setIsSet] = useState(false);
  const [proof, setProof] = useState<Proof>(NO_PROOF);
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const wait = useWait(error);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      // A link is good once: what fails after it is tried again without it.
      if (!isSet) await set(password, email.trim());
      setIsSet(true);
      await signIn(email.trim(), password, path, needsCode ? proof : undefined);
    } catch (failure) {
      setBusy(false);
      if (isCode(failure, 'TOTP_REQUIRED') && !needsCode) return setNeedsCode(true);
      setError(failure);
      if (needsCode) setProof({ ...proof, value: '' });
    }
  };
  const isKnownError = isCode(error, 'PASSWORD_KNOWN');
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="md">
        {needsCode ? (
          <CodeField proof={proof} onChange={setProof} />
        ) : (
          <>
            <TextInput
              label={t('common:fields.email')}
              type="email"
              autoComplete="username"
              value={email}
              readOnly={known !== undefined}
              onChange={({ currentTarget }) => setEmail(currentTarget.value)}
              autoFocus={known === undefined}
              required
              withAsterisk={false}
            />
            <NewPasswordField
              label={t('password')}
              value={password}
              onChange={(typed) => {
                setPassword(typed);
                if (isKnownError) setError(undefined);
              }}
              readOnly={isSet}
              error={error}
              autoFocus={known !== undefined}
            />
          </>
        )}
        {error !== undefined && !isKnownError && <SignInFailure error={error} wait={wait} />}
        <Button type="submit" loading={isBusy} disabled={wait > 0 || !isLongEnough(password)}>
          {isSet ? t('common:signIn') : submit}
        </Button>
      </Stack>
    </form>
  );
}
