// What shows that the account is sound: drills, completeness, checkpoints and their keys, and the health of the server.
import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { Checkpoints } from './checkpoints';
import { CompletenessCheck } from './completeness';
import { Drills } from './drills';
import { Health } from './health';
import { Keys } from './keys';

const route = getRouteApi('/shell/integrity');
const tabs = ['drills', 'completeness', 'checkpoints', 'keys', 'health'] as const;
const panels = {
  drills: Drills,
  completeness: CompletenessCheck,
  checkpoints: Checkpoints,
  keys: Keys,
  health: Health,
};

export default function IntegrityPage() {
  const { t } = useTranslation(['integrity', 'common']);
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = tabs.find((name) => name === tab) ?? 'drills';
  const Panel = panels[shown];
  return (
    <Page title={t('common:pages.integrity')} lead={t('lead')}>
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
