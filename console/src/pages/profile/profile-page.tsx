// What is one's own: password, second factor, sessions, and what one is told of.
import { Alert, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { Page } from '../../ui/page';
import { PasswordTab } from './password-tab';
import { PreferencesTab } from './preferences-tab';
import { SecondFactorTab } from './second-factor-tab';
import { SessionsTab } from './sessions-tab';

const tabs = ['password', 'second-factor', 'sessions', 'preferences'] as const;
type Tab = (typeof tabs)[number];

const panels: Readonly<Record<Tab, () => React.JSX.Element>> = {
  password: PasswordTab,
  'second-factor': SecondFactorTab,
  sessions: SessionsTab,
  preferences: PreferencesTab,
};

export default function ProfilePage() {
  const { t } = useTranslation(['profile', 'common']);
  const { user, secondFactor } = useMe();
  const { tab, welcome } = useSearch({ from: '/shell/profile' });
  const navigate = useNavigate();
  const name = [user.firstName, user.lastName].filter(Boolean).join(' ');
  const lead = [name, user.email, user.roleName ?? t('noRole')].filter(Boolean).join(' · ');
  if (secondFactor.required && !secondFactor.active)
    return (
      <Page title={t('common:pages.profile')} lead={lead}>
        <Alert color="yellow" role="status">
          {t('common:secondFactorNeeded')}
        </Alert>
        <SecondFactorTab />
      </Page>
    );
  const shown = tabs.find((one) => one === tab) ?? 'password';
  return (
    <Page title={t('common:pages.profile')} lead={lead}>
      {welcome === 'true' && !secondFactor.active && (
        <Alert color="teal" role="status" title={t('welcome.title')}>
          {t('welcome.text')}
        </Alert>
      )}
      <Tabs
        value={shown}
        onChange={(chosen) => void navigate({ to: '/profile', search: { tab: chosen! } })}
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => {
          const Panel = panels[one];
          return (
            <Tabs.Panel key={one} value={one} pt="md">
              <Panel />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Page>
  );
}
