// What holds for the whole account: its tier and guardrails, who may sign in, what is kept, and who is told.
import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Employees } from './employees';
import { General } from './general';
import { Retention } from './retention';
import { SingleSignOn } from './single-sign-on';
import { Streams } from './streams';
import { Webhooks } from './webhooks';

const route = getRouteApi('/shell/account');
const tabs = ['general', 'sso', 'employees', 'retention', 'webhooks', 'streams'] as const;
const panels = {
  general: General,
  sso: SingleSignOn,
  employees: Employees,
  retention: Retention,
  webhooks: Webhooks,
  streams: Streams,
};

export default function AccountPage() {
  const { t } = useTranslation(['account', 'common']);
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = tabs.find((name) => name === tab) ?? 'general';
  const Panel = panels[shown];
  return (
    <Page title={t('common:pages.account')} lead={t('lead')}>
      <Tabs value={shown} onChange={(chosen) => void navigate({ search: { tab: chosen ?? undefined } })}>
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown} pt="md">
          <Panel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
