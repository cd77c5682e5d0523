// What can be done from a row, and where it leads; only what the server says is possible now is offered.
import { Button, Group } from '@mantine/core';
import {
  IconArrowBackUp,
  IconDownload,
  IconHistory,
  IconRestore,
  IconSitemap,
  IconTimeline,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { confirm } from '../../../ui/confirm';
import { fetchFile } from '../../../ui/download-button';
import { tellDone, tellFailure } from '../../../ui/told';
import { entryQuery, type Entry } from '../audit.queries';
import { searchOfLink } from '../filter';
import { GoButton } from './go';
import { recordAt } from './places';

export function EntryActs({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('audit');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, can, links, target } = entry;
  const path = { params: { path: { id } } };
  const name = target?.label ?? target?.id ?? '';
  const restore = useMutation({
    mutationFn: async () => {
      const isMeant = await confirm({
        title: t('acts.restoreTitle', { name }),
        text: t('acts.restoreText'),
        confirm: t('acts.restore'),
      });
      return isMeant ? answered(api.POST('/audit/v1/entries/{id}/restore', path)) : undefined;
    },
    onSuccess: async (done) => {
      if (!done) return;
      tellDone(t(done.outcome === 'live' ? 'acts.wasLive' : 'acts.restored', { name }));
      await queries.invalidateQueries({ queryKey: entryQuery(id).queryKey });
    },
    onError: tellFailure,
  });
  const undo = useMutation({
    mutationFn: () => answered(api.POST('/audit/v1/entries/{id}/undo', path)),
    onSuccess: ({ id: planId }) => navigate({ to: '/restores/plans/$planId', params: { planId } }),
    onError: tellFailure,
  });
  const { recordedAt }: { readonly recordedAt?: string } = entry.metadata ?? {};
  return (
    <Group gap="xs">
      {can.restore && (
        <Button
          size="compact-sm"
          leftSection={<IconRestore size={14} aria-hidden />}
          loading={restore.isPending}
          onClick={() => restore.mutate()}
        >
          {t('acts.restore')}
        </Button>
      )}
      {can.undo && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          loading={undo.isPending}
          title={t('acts.undoHelp')}
          onClick={() => undo.mutate()}
        >
          {t('acts.undo')}
        </Button>
      )}
      {can.download && <Download entry={entry} />}
      {links.history && (
        <GoButton
          to="/audit"
          search={searchOfLink(links.history)}
          icon={<IconHistory size={14} aria-hidden />}
        >
          {t('acts.history')}
        </GoButton>
      )}
      {links.sameCause && (
        <GoButton
          to="/audit"
          search={searchOfLink(links.sameCause)}
          icon={<IconSitemap size={14} aria-hidden />}
        >
          {t('acts.sameCause')}
        </GoButton>
      )}
      {links.recordThen && target && (
        <GoButton
          {...recordAt(target.type, target.id, recordedAt ?? entry.occurredAt)}
          icon={<IconTimeline size={14} aria-hidden />}
        >
          {t('acts.recordThen')}
        </GoButton>
      )}
    </Group>
  );
}

/** A file goes to the disk as it comes; whether it may be had is asked first, since a browser could not show why not. */
function Download({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('audit');
  const fetching = useMutation({
    mutationFn: async () => {
      const asked = api.GET('/audit/v1/entries/{id}/file', {
        params: { path: { id: entry.id } },
        parseAs: 'blob',
      });
      const { response } = await asked;
      const blob = (await answered<unknown>(asked)) as Blob;
      const named = /filename="?([^";]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
      const url = URL.createObjectURL(blob);
      fetchFile(url, named ?? entry.target?.label ?? entry.id);
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
    onError: tellFailure,
  });
  return (
    <Button
      size="compact-sm"
      variant="light"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {t('acts.download')}
    </Button>
  );
}
