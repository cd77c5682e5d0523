// Notifications of whoever has signed in, as they come; for super admins also what has become of mails.
import { Anchor, Tabs } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { Page } from '../../ui/page';
import { Mails } from './mails';
import { NotificationList } from './notification-list';

export default function NotificationsPage() {
  const { t } = useTranslation('notifications');
  const { tab } = useSearch({ from: '/shell/notifications' });
  const navigate = useNavigate();
  const isAdmin = useMe().user.superAdmin;
  return (
    <Page
      title={t('title')}
      lead={
        <>
          {t('lead')}{' '}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link to="/profile" search={{ tab: 'preferences' }} {...props} />}
          >
            {t('preferences')}
          </Anchor>
        </>
      }
    >
      {isAdmin ? (
        <Tabs
          value={tab === 'mails' ? 'mails' : 'notifications'}
          onChange={(chosen) =>
            void navigate({ to: '/notifications', search: chosen === 'mails' ? { tab: 'mails' } : {} })
          }
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="notifications">{t('tabs.notifications')}</Tabs.Tab>
            <Tabs.Tab value="mails">{t('tabs.mails')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="notifications">
            <NotificationList />
          </Tabs.Panel>
          <Tabs.Panel value="mails">
            <Mails />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <NotificationList />
      )}
    </Page>
  );
}
