// The recycle bin: what was deleted, by whom and when, how long it stays, and the way back for one, some or all of it.
import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectTypes } from '../../api/object-types';
import { Page } from '../../ui/page';
import { BinList } from './bin-list';
import { EarlierRestores } from './earlier-restores';
import { RestorePanel } from './restore-panel';

export default function BinPage() {
  const { t } = useTranslation(['bin', 'common']);
  const search = useSearch({ from: '/shell/recycle-bin' });
  const navigate = useNavigate({ from: '/recycle-bin' });
  const types = useObjectTypes();
  const type = types.find(({ name }) => name === (search.objectType ?? 'contacts'));
  const { tab = 'records', restore } = search;
  const open = (restoreId: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, restore: restoreId }) });
  return (
    <Page title={t('common:pages.bin')} lead={t('lead')}>
      {restore !== undefined && (
        <RestorePanel key={restore} restoreId={restore} onClose={() => open(undefined)} />
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({
            search: ({ objectType }) => ({
              ...(objectType !== undefined && { objectType }),
              ...(chosen !== 'records' && { tab: chosen ?? undefined }),
            }),
          })
        }
      >
        <Tabs.List>
          <Tabs.Tab value="records">{t('tabs.records')}</Tabs.Tab>
          <Tabs.Tab value="restores">{t('tabs.restores')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="records" pt="md">
          {type && <BinList key={type.name} type={type} onStarted={open} />}
        </Tabs.Panel>
        <Tabs.Panel value="restores" pt="md">
          <Stack gap="xs">
            <EarlierRestores
              after={search.after}
              onPage={(after) => void navigate({ search: (now) => ({ ...now, after }) })}
              onOpen={open}
            />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
