// The dialogs that settle what stands in the way of a request: signing in again where the session has ended, and proving
// who one is. What the page holds stays as it is beneath them.
import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client';
import { isCode } from '../api/errors';
import { interruptionsShown, onInterruption, openInterruption } from '../api/interruptions';
import { meQuery, useMe } from '../api/session';
import { proofBody, signIn } from '../api/sign-in';
import { CodeField, NO_PROOF } from '../ui/code-field';
import { PasswordField } from '../ui/password-field';
import { Failure } from '../ui/states';

export function Interruptions() {
  const open = useSyncExternalStore(onInterruption, openInterruption);
  useEffect(() => {
    interruptionsShown(true);
    return () => interruptionsShown(false);
  }, []);
  if (!open) return null;
  return open.kind === 'sign-in' ? <SignInAgain settle={open.settle} /> : <StepUp settle={open.settle} />;
}

interface Props {
  readonly settle: (isSettled: boolean) => void;
}

function SignInAgain({ settle }: Props) {
  const { t } = useTranslation();
  const { user } = useMe();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [proof, setProof] = useState(NO_PROOF);
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(user.email ?? '', password, proof);
      settle(true);
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    } catch (failure) {
      if (isCode(failure, 'TOTP_REQUIRED') && !needsCode) setNeedsCode(true);
      else setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => settle(false)}
      title={t('interruptions.endedTitle')}
      closeOnClickOutside={false}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <Text size="sm">{t('interruptions.endedText')}</Text>
          <TextInput label={t('fields.email')} value={user.email ?? ''} readOnly autoComplete="username" />
          <PasswordField value={password} onChange={setPassword} data-autofocus />
          {needsCode && <CodeField proof={proof} onChange={setProof} />}
          {error !== undefined && <Failure error={error} />}
          <Button type="submit" loading={isBusy}>
            {t('signIn')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function StepUp({ settle }: Props) {
  const { t } = useTranslation();
  const { session, secondFactor } = useMe();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [proof, setProof] = useState(NO_PROOF);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const isSso = session?.loginType === 'SSO';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const body = secondFactor.active ? proofBody(proof) : { password };
      await answered(api.POST('/auth/v1/step-up', { body }));
      settle(true);
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => settle(false)}
      title={t('interruptions.stepUpTitle')}
      closeOnClickOutside={false}
    >
      {isSso ? (
        <Stack>
          <Text size="sm">{t('interruptions.stepUpSso')}</Text>
          <Button component="a" href="/auth/v1/sso/login?stepUp=true&cookie=true" target="_blank">
            {t('interruptions.toProvider')}
          </Button>
          <Button variant="default" onClick={() => settle(true)}>
            {t('actions.retry')}
          </Button>
        </Stack>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Text size="sm">
              {t(secondFactor.active ? 'interruptions.stepUpCode' : 'interruptions.stepUpPassword')}
            </Text>
            {secondFactor.active ? (
              <CodeField proof={proof} onChange={setProof} />
            ) : (
              <PasswordField value={password} onChange={setPassword} data-autofocus />
            )}
            {error !== undefined && <Failure error={error} />}
            <Button type="submit" loading={isBusy}>
              {t('interruptions.confirm')}
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
