// Who may sign in, in which teams they are, and what their roles allow.
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { RolesTab } from './roles-tab';
import { TeamsTab } from './teams-tab';
import { UsersTab } from './users-tab';

const panels = { users: UsersTab, teams: TeamsTab, roles: RolesTab } as const;
const tabs = ['users', 'teams', 'roles'] as const;

export default function UsersPage() {
  const { t } = useTranslation(['users', 'common']);
  const { tab } = useSearch({ from: '/shell/users' });
  const navigate = useNavigate();
  return (
    <Page title={t('common:pages.users')} lead={t('lead')}>
      <Tabs
        value={tabs.find((one) => one === tab) ?? 'users'}
        onChange={(chosen) => void navigate({ to: '/users', search: { tab: chosen! } })}
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
