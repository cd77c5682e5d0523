// Says that a list cannot be shown as of an instant so long ago, and what can be done instead.
import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

export function TooFar({ asOf, message }: { readonly asOf: string; readonly message: string }) {
  const { t } = useTranslation('records');
  return (
    <Stack gap="xs" p="md" role="alert">
      <Title order={2} size="h4">
        {t('tooFar.title')}
      </Title>
      <Text size="sm" maw="70ch">
        {t('tooFar.text')}
      </Text>
      <Text size="xs" c="dimmed">
        {message}
      </Text>
      <Group gap="lg">
        <Anchor renderRoot={(props) => <Link to="/compare" search={{ from: asOf }} {...props} />}>
          {t('tooFar.compare')}
        </Anchor>
        <Anchor renderRoot={(props) => <Link to="/backups" {...props} />}>{t('tooFar.backup')}</Anchor>
      </Group>
    </Stack>
  );
}
