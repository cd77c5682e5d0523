// Leads to the provider of single sign-on. Nobody may ask before signing in whether there is one, so that is found out
// when the button is pressed: whoever has none is told so here.
import { Button, Stack } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, bodyOf, NoAnswer } from '../../api/errors';
import { Failure } from '../../ui/states';
import { keepReturnPath } from './return-path';

const LOGIN = '/auth/v1/sso/login?cookie=true';

export function SsoButton({ isFirst, path }: { readonly isFirst: boolean; readonly path: string }) {
  const { t } = useTranslation('signing');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await fetch(LOGIN, { redirect: 'manual' });
      if (answer.type === 'opaqueredirect') {
        keepReturnPath(path);
        return location.assign(LOGIN);
      }
      setError(new ApiError(answer.status, await bodyOf(answer), answer.headers));
    } catch {
      setError(new NoAnswer());
    }
    setBusy(false);
  };
  return (
    <Stack gap="xs">
      <Button
        variant={isFirst ? 'filled' : 'default'}
        leftSection={<IconLogin2 size={18} aria-hidden />}
        loading={isBusy}
        onClick={() => void open()}
      >
        {t('signIn.sso')}
      </Button>
      {error !== undefined && <Failure error={error} onDismiss={() => setError(undefined)} />}
    </Stack>
  );
}
