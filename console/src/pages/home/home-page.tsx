// The state of the account at a glance: each tile leads to its page.
import { SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '../../api/session';
import { Page } from '../../ui/page';
import { ReachTile, Today, UnderWay, UnreadTile } from './everybody-tiles';
import { FirstSteps } from './first-steps';
import { AlertTile, BackupTile, DrillTile } from './safety-tiles';

export default function HomePage() {
  const { t } = useTranslation('home');
  const { user } = useMe();
  const mayAudit = useMay('audit.read');
  const name = user.firstName || user.email;
  return (
    <Page title={t('hello', { name })} lead={t('lead')}>
      {user.superAdmin && <FirstSteps />}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="sm">
        {user.superAdmin && <BackupTile />}
        <ReachTile />
        {user.superAdmin && <DrillTile />}
        {user.superAdmin && <AlertTile />}
        <UnreadTile />
      </SimpleGrid>
      {!user.superAdmin && (
        <Text size="sm" c="dimmed">
          {t('adminsOnly')}
        </Text>
      )}
      {mayAudit && <Today />}
      <UnderWay />
    </Page>
  );
}
