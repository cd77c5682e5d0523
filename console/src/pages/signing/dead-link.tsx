// What stands in the place of a form whose link leads nowhere any more.
import { Alert, Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Frame } from './frame';

export function DeadLink({
  title,
  why,
  action,
}: {
  readonly title: string;
  readonly why: string;
  readonly action?: ReactNode;
}) {
  return (
    <Frame title={title}>
      <Alert color="orange" role="alert">
        <Text size="sm">{why}</Text>
      </Alert>
      <Stack gap="xs">
        {action}
        <ToSignIn />
      </Stack>
    </Frame>
  );
}

export function ToSignIn({ email }: { readonly email?: string }) {
  const { t } = useTranslation('signing');
  return (
    <Anchor
      size="sm"
      ta="center"
      renderRoot={(props) => <Link to="/sign-in" search={{ email }} {...props} />}
    >
      {t('toSignIn')}
    </Anchor>
  );
}
