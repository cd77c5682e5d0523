// Says that a record is in the recycle bin, has been merged or is gone, and offers the way back that there is.
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useMayRecords, type ObjectType } from '../../api/object-types';
import { usePlanning } from '../../api/plans';
import { useMe } from '../../api/session';
import { When } from '../../ui/shown';
import { tellDone, tellFailure } from '../../ui/told';
import type { ThenView } from './records.queries';

interface Props {
  readonly type: ObjectType;
  readonly now: ThenView;
}

export function RecordState({ type, now }: Props) {
  if (now.ended?.how === 'merged') return <Merged type={type} now={now} />;
  if (now.ended) return <Purged type={type} now={now} />;
  return now.archived ? <Archived type={type} now={now} /> : null;
}

function Archived({ type, now }: Props) {
  const { t } = useTranslation('records');
  const queries = useQueryClient();
  const mayRecords = useMayRecords();
  const [why, setWhy] = useState<{ readonly message: string; readonly holder?: string | undefined }>();
  const restore = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/recycle-bin/v1/{objectType}/restore', {
          params: { path: { objectType: type.name } },
          body: { ids: [now.id] },
        }),
      ),
    onSuccess: async (answer) => {
      const [result] = 'results' in answer ? answer.results : [];
      if (result?.outcome === 'refused')
        setWhy({
          message: result.reason?.message ?? '',
          holder: Object.entries(result.reason?.context ?? {}).find(([key]) => /id/i.test(key))?.[1]?.[0],
        });
      else tellDone(t('state.isBack'));
      await queries.invalidateQueries({ queryKey: ['record', type.name, now.id] });
      await queries.invalidateQueries({ queryKey: ['bin'] });
    },
    onError: tellFailure,
  });
  return (
    <Alert color="red" icon={<IconTrash aria-hidden />} title={t('state.archivedTitle')}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div">
          {now.archivedAt !== undefined && <When at={now.archivedAt} />} {t('state.archivedText')}
          {why && (
            <div role="alert">
              {t('state.refused', { why: why.message })}{' '}
              {why.holder !== undefined && <RecordLink type={type} id={why.holder} />}
            </div>
          )}
        </Text>
        {mayRecords(type, 'archive') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={15} aria-hidden />}
            loading={restore.isPending}
            onClick={() => restore.mutate()}
          >
            {t('state.bringBack')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

function RecordLink({ type, id }: { readonly type: ObjectType; readonly id: string }) {
  const { t } = useTranslation('records');
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link
          to="/records/$objectType/$recordId"
          params={{ objectType: type.name, recordId: id }}
          {...props}
        />
      )}
    >
      {t('list.unnamed', { id })}
    </Anchor>
  );
}

function Merged({ type, now }: Props) {
  const { t } = useTranslation('records');
  const { at, intoId } = now.ended!;
  return (
    <Alert color="orange" title={t('state.mergedTitle')}>
      <Text size="sm" component="div">
        <When at={at} /> {intoId !== undefined && <RecordLink type={type} id={intoId} />}{' '}
        {t('state.mergedText')}
      </Text>
    </Alert>
  );
}

function Purged({ type, now }: Props) {
  const { t } = useTranslation('records');
  const { user } = useMe();
  const { at, position } = now.ended!;
  const planning = usePlanning(tellFailure);
  const asOf = String(BigInt(position) - 1n);
  return (
    <Alert color="red" title={t('state.purgedTitle')}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" component="div">
          <When at={at} /> {t('state.purgedText')}
        </Text>
        {user.superAdmin && (
          <Button
            size="xs"
            variant="default"
            loading={planning.isPending}
            onClick={() =>
              planning.mutate({
                restore: {
                  source: { asOf },
                  objects: [{ objectType: type.name, properties: '*', recordIds: [now.id] }],
                  modes: { recreateDeleted: true, restoreAssociations: true },
                },
              })
            }
          >
            {t('state.planBack')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
