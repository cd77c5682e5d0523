// Exports: files of records, and of the audit log.
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page';
import { AuditExports } from './audit-exports';
import { RecordExports } from './record-exports';

export default function ExportListPage() {
  const { t } = useTranslation('exports');
  const { tab } = useSearch({ from: '/shell/exports' });
  const navigate = useNavigate();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Tabs
        value={tab === 'audit' ? 'audit' : 'records'}
        onChange={(chosen) =>
          void navigate({ to: '/exports', search: chosen === 'audit' ? { tab: 'audit' } : {} })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="records">{t('tabs.records')}</Tabs.Tab>
          <Tabs.Tab value="audit">{t('tabs.audit')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="records">
          <RecordExports />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditExports />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
