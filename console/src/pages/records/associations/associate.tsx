// A dialog that associates a record with another one, found by words, with a label where one is wanted.
import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { nameProperties, recordName, useObjectTypes, type ObjectType } from '../../../api/object-types';
import { ObjectTypeSelect } from '../../../ui/object-type-select';
import { Failure } from '../../../ui/states';
import { tellDone } from '../../../ui/told';
import { listQuery } from '../records.queries';
import { labelsQuery } from './associations.queries';

interface Props {
  readonly type: ObjectType;
  readonly recordId: string;
  readonly onClose: () => void;
}

export function Associate({ type, recordId, onClose }: Props) {
  const { t } = useTranslation(['records', 'common']);
  const queries = useQueryClient();
  const types = useObjectTypes();
  const [toType, setToType] = useState('companies');
  const [words, setWords] = useState('');
  const [toId, setToId] = useState<string | null>(null);
  const [label, setLabel] = useState<string | null>(null);
  const [sought] = useDebouncedValue(words.trim(), 300);
  const other = types.find(({ name }) => name === toType)!;
  const found = useQuery(
    listQuery(
      { objectType: toType, groups: [], ...(sought !== '' && { q: sought }) },
      { properties: nameProperties(other), limit: 25 },
    ),
  );
  const { data: labels = [] } = useQuery(labelsQuery(type.name, toType));
  const named = labels.filter((one) => one.label !== null);
  const associate = useMutation({
    mutationFn: async () => {
      const path = { objectType: type.name, objectId: recordId, toObjectType: toType, toObjectId: toId! };
      const chosen = named.find(({ typeId }) => String(typeId) === label);
      if (chosen)
        await answered(
          api.PUT('/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', {
            params: { path },
            body: [{ associationCategory: chosen.category, associationTypeId: chosen.typeId }],
          }),
        );
      else
        await answered(
          api.PUT(
            '/crm/v4/objects/{objectType}/{objectId}/associations/default/{toObjectType}/{toObjectId}',
            {
              params: { path },
            },
          ),
        );
    },
    onSuccess: async () => {
      tellDone(t('associations.added'));
      await queries.invalidateQueries({ queryKey: ['record', type.name, recordId] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('associations.add')}
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <Stack gap="sm">
        <ObjectTypeSelect
          value={toType}
          onChange={(name) => {
            setToType(name!);
            setToId(null);
            setLabel(null);
          }}
        />
        <Select
          label={t('associations.record')}
          searchable
          data={(found.data?.results ?? [])
            .filter(({ id }) => toType !== type.name || id !== recordId)
            .map(({ id, properties }) => ({ value: id, label: recordName(other, properties) ?? id }))}
          // The server has searched already.
          filter={({ options }) => options}
          value={toId}
          onChange={setToId}
          onSearchChange={setWords}
          nothingFoundMessage={found.isFetching ? t('common:states.loading') : t('list.noMatch')}
        />
        {named.length > 0 && (
          <Select
            label={t('associations.label')}
            placeholder={t('associations.noLabel')}
            data={named.map((one) => ({ value: String(one.typeId), label: one.label! }))}
            value={label}
            onChange={setLabel}
            clearable
          />
        )}
        {associate.error && <Failure error={associate.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button disabled={toId === null} loading={associate.isPending} onClick={() => associate.mutate()}>
            {t('associations.add')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
