// One record: what it is, what it is associated with, how it came to be so, and what it was at any instant.
import { Badge, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { isCode } from '../../api/errors';
import { recordName, useMayRecords, useObjectType, type ObjectType } from '../../api/object-types';
import { usePersonName } from '../../api/properties';
import { confirm } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { Copy, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { Associations } from './associations/associations';
import { RecordState } from './record-state';
import { recordQuery, type ThenView } from './records.queries';
import { TimeMachine } from './then/time-machine';
import { ThenAndNow } from './then/then-and-now';
import { Timeline } from './timeline/timeline';
import { Values } from './values/values';

const tabs = ['values', 'associations', 'timeline'] as const;

export default function RecordPage() {
  const { t } = useTranslation('records');
  const { objectType, recordId } = useParams({ from: '/shell/records/$objectType/$recordId' });
  const known = useObjectType(objectType);
  const type = known ?? {
    ...{ name: objectType, typeId: objectType, label: objectType, displayProperty: 'hs_object_id' },
    ...{ isCustom: true, required: [] },
  };
  const record = useQuery(recordQuery(type.name, recordId));
  if (isCode(record.error, 'RECORD_ERASED'))
    return (
      <Page title={t('list.unnamed', { id: recordId })} above={[above(type)]}>
        <Empty title={t('state.erased')} text={t('state.erasedText')} />
      </Page>
    );
  return (
    <Answer query={record}>{(now) => <Record key={`${type.name}/${now.id}`} type={type} now={now} />}</Answer>
  );
}

const above = ({ name, label }: ObjectType) => ({
  ...{ label, to: '/records/$objectType' as const, params: { objectType: name } },
});

function Record({ type, now }: { readonly type: ObjectType; readonly now: ThenView }) {
  const { t } = useTranslation(['records', 'common']);
  const { asOf, tab = 'values' } = useSearch({ from: '/shell/records/$objectType/$recordId' });
  const navigate = useNavigate({ from: '/records/$objectType/$recordId' });
  const personName = usePersonName();
  const mayRecords = useMayRecords();
  const name = recordName(type, now.properties) ?? t('list.unnamed', { id: now.id });
  const isLive = !now.archived && !now.ended;
  const owner = now.properties.hubspot_owner_id;
  const isEditable = isLive && asOf === undefined && mayRecords(type, 'write');
  return (
    <Page
      title={name}
      above={[above(type)]}
      lead={
        <Group gap="2px 16px">
          <Group gap={4}>
            <Text span size="sm">
              {now.id}
            </Text>
            <Copy value={now.id} label={t('head.copyId')} />
          </Group>
          <span>
            {t('head.created')} <When at={now.createdAt} />
          </span>
          <span>
            {t('head.updated')} <When at={now.updatedAt} />
          </span>
          {owner && <span>{t('head.owner', { name: personName(owner) })}</span>}
          {!isLive && (
            <Badge color="red" variant="light">
              {t(now.ended ? `state.${now.ended.how}` : 'state.archived')}
            </Badge>
          )}
        </Group>
      }
      actions={
        isLive &&
        asOf === undefined &&
        mayRecords(type, 'archive') && <ArchiveButton type={type} record={now} name={name} />
      }
    >
      <RecordState type={type} now={now} />
      <TimeMachine
        objectType={type.name}
        recordId={now.id}
        asOf={asOf}
        onChange={(at) => void navigate({ search: (search) => ({ ...search, asOf: at }), replace: true })}
      />
      <Tabs
        value={tab}
        onChange={(chosen) =>
          void navigate({
            search: (search) => ({ ...search, tab: chosen === 'values' ? undefined : (chosen ?? undefined) }),
          })
        }
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="values" pt="md">
          {asOf === undefined ? (
            <Values type={type} record={now} isEditable={isEditable} />
          ) : (
            <ThenAndNow type={type} now={now} asOf={asOf} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="associations" pt="md">
          <Stack gap="sm">
            {asOf !== undefined && (
              <Text size="sm" c="dimmed">
                {t('associations.ofNow')}
              </Text>
            )}
            <Associations type={type} recordId={now.id} isLive={isLive} isEditable={isEditable} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="timeline" pt="md">
          <Timeline type={type} recordId={now.id} isLive={isLive} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ArchiveButton({
  type,
  record,
  name,
}: {
  readonly type: ObjectType;
  readonly record: ThenView;
  readonly name: string;
}) {
  const { t } = useTranslation('records');
  const queries = useQueryClient();
  const archive = useMutation({
    mutationFn: () =>
      answered(
        api.DELETE('/crm/v3/objects/{objectType}/{objectId}', {
          params: { path: { objectType: type.name, objectId: record.id } },
          headers: { 'If-Match': `"${record.revision}"` },
        }),
      ),
    onSuccess: () => tellDone(t('archive.doneOne')),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['record', type.name, record.id] }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconTrash size={16} aria-hidden />}
      loading={archive.isPending}
      onClick={() =>
        void confirm({
          title: t('archive.title'),
          text: t('archive.textOne', { name }),
          confirm: t('archive.one'),
          isDangerous: true,
        }).then((isSure) => isSure && archive.mutate())
      }
    >
      {t('archive.one')}
    </Button>
  );
}
