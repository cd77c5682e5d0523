// How somebody checks a file of a backup without this server, or any.
import { Card, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Copy } from '../../ui/shown';
import type { Backup } from './backups.queries';

export function HowToVerify({ backup }: { readonly backup: Backup }) {
  const { t } = useTranslation('backups');
  const name = `backup-${backup.id}.zip`;
  const command = backup.encrypted
    ? `npx strata verify ${name}.pgp --identity secret.asc --passphrase-file passphrase`
    : `npx strata verify ${name}`;
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('verify.title')}
        </Title>
        <Text size="sm">{t('verify.text')}</Text>
        <Group gap="xs" wrap="nowrap">
          <Code block style={{ flex: 1, minWidth: 0 }}>
            {command}
          </Code>
          <Copy value={command} />
        </Group>
        <Text size="sm" c="dimmed">
          {t(backup.encrypted ? 'verify.noteEncrypted' : 'verify.note')}
        </Text>
      </Stack>
    </Card>
  );
}
