// The audit log: who did what, on what, when and from where; every row with what can be done from it.
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCalendarTime, IconFileExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { Page } from '../../ui/page';
import { Failed, Loading } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { accountQuery, commentQuery, viewsQuery } from './audit.queries';
import { AllThreads } from './comments/all-threads';
import { ExportDialog } from './exports/export-dialog';
import { SchedulesDialog } from './exports/schedules-dialog';
import { askedOf, parametersOf, saysFilter, searchOf, type Search } from './filter';
import { EntriesTab } from './list/entries-tab';
import { ManageViews } from './views/manage-views';
import { ViewTabs } from './views/view-tabs';

export default function AuditPage() {
  const { t } = useTranslation('audit');
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const { user } = useMe();
  const { zone } = useFormats();
  const views = useQuery(viewsQuery);
  const { data: account } = useQuery(accountQuery);
  const comment = useQuery({ ...commentQuery(search.comment ?? ''), enabled: search.comment !== undefined });
  const [dialog, setDialog] = useState<{
    readonly kind: 'export' | 'schedule' | 'manage';
    readonly now: number;
  }>();
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  if (views.error && !views.data)
    return (
      <Page title={t('title')}>
        <Failed error={views.error} retry={() => void views.refetch()} />
      </Page>
    );
  if (!views.data)
    return (
      <Page title={t('title')}>
        <Loading />
      </Page>
    );
  const { results: all, default: first } = views.data;
  const isComments = search.tab === 'comments';
  // Without anything in the address, the view is shown that one sees first; a link to a row alone stands beside it.
  const viewId = search.view ?? (saysFilter(search) || isComments ? undefined : first);
  const view = all.find(({ id }) => id === viewId);
  const asked = askedOf(search, view);
  const isChanged = view !== undefined && saysFilter(search);
  const go = (next: Search, replace = false) => void navigate({ search: next as never, replace });
  if (search.comment !== undefined && comment.data && search.entry !== comment.data.entryId)
    return (
      <Navigate
        to="/audit"
        search={{ ...search, entry: comment.data.entryId, pane: 'comments', tab: undefined }}
        replace
      />
    );
  const { entry, pane } = search;
  const filterNow = () => {
    const { sort: _, ...filter } = parametersOf(asked, dialog?.now ?? 0, zone);
    return filter as Record<string, string>;
  };
  const tier = account?.tier;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFileExport size={16} aria-hidden />}
            onClick={() => setDialog({ kind: 'export', now: Date.now() })}
          >
            {t('export.open')}
          </Button>
          {user.superAdmin && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconCalendarTime size={16} aria-hidden />}
              onClick={() => setDialog({ kind: 'schedule', now: Date.now() })}
            >
              {t('schedule.open')}
            </Button>
          )}
        </>
      }
    >
      {tier !== undefined && tier !== 'ENTERPRISE' && (
        <Alert color="yellow" title={t('tier.title', { tier })}>
          {t('tier.text')}
        </Alert>
      )}
      <ViewTabs
        views={all}
        current={isComments ? undefined : view}
        isChanged={isChanged}
        tab={isComments ? 'comments' : 'rows'}
        onView={(id) => go({ view: id })}
        onComments={() => go({ tab: 'comments' })}
        onManage={() => setDialog({ kind: 'manage', now: Date.now() })}
      />
      {comment.error && <Failed error={comment.error} />}
      {isComments ? (
        <AllThreads
          state={search.state}
          isMine={search.mentioned === 'me'}
          onState={(state) => go({ ...search, state }, true)}
          onMine={(isMine) => go({ ...search, mentioned: isMine ? 'me' : undefined }, true)}
        />
      ) : search.view !== undefined && !view ? (
        <Alert color="yellow" title={t('views.gone')}>
          <Stack align="flex-start" gap="xs">
            <Text size="sm">{t('views.goneText')}</Text>
            <Button size="xs" variant="default" onClick={() => go({})}>
              {t('views.toFirst')}
            </Button>
          </Stack>
        </Alert>
      ) : (
        <>
          {view?.invalid && !isChanged && (
            <Alert color="yellow" title={t('views.invalid')}>
              {view.invalid.message}
            </Alert>
          )}
          <EntriesTab
            asked={asked}
            view={view}
            isChanged={isChanged}
            search={search}
            isNarrow={isNarrow === true}
            onAsked={(next) => go({ ...searchOf(next, view?.id), entry, pane })}
            onView={(id) => go(id === undefined ? {} : { view: id })}
            onSearch={go}
          />
        </>
      )}
      {dialog?.kind === 'export' && (
        <ExportDialog filter={filterNow()} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'schedule' && (
        <SchedulesDialog views={all} view={view?.id} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.kind === 'manage' && (
        <ManageViews
          onClose={() => setDialog(undefined)}
          onView={(id) => {
            setDialog(undefined);
            go({ view: id });
          }}
        />
      )}
    </Page>
  );
}
