// A drawer that makes a new record: the properties that its type is known by, and any other that is asked for.
import { Button, Drawer, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { nameProperties, type ObjectType } from '../../api/object-types';
import { isWritable, type Property } from '../../api/properties';
import { PropertyField } from '../../ui/property-field';
import { PropertySelect } from '../../ui/property-select';
import { tellDone } from '../../ui/told';
import { RefusedValues, useRefusals } from './refused-values';

const usual: Readonly<Record<string, readonly string[]>> = {
  contacts: ['phone', 'jobtitle', 'hubspot_owner_id'],
  companies: ['domain', 'city', 'hubspot_owner_id'],
  deals: ['amount', 'pipeline', 'dealstage', 'closedate', 'hubspot_owner_id'],
  tickets: ['content', 'hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};

interface Props {
  readonly type: ObjectType;
  readonly properties: readonly Property[];
  readonly onClose: () => void;
}

export function CreateRecord({ type, properties, onClose }: Props) {
  const { t } = useTranslation(['records', 'common']);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const byName = new Map(properties.map((property) => [property.name, property]));
  const [names, setNames] = useState<readonly string[]>(() =>
    [...new Set([...type.required, ...nameProperties(type), ...(usual[type.name] ?? [])])].filter((name) => {
      const property = byName.get(name);
      return property && isWritable(property);
    }),
  );
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const create = useMutation({
    mutationFn: () => {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
      const params = { path: { objectType: type.name } };
      return answered(api.POST('/crm/v3/objects/{objectType}', { params, body: { properties: given } }));
    },
    onSuccess: async ({ id }) => {
      tellDone(t('create.done'));
      void queries.invalidateQueries({ queryKey: ['records', type.name] });
      await navigate({
        to: '/records/$objectType/$recordId',
        params: { objectType: type.name, recordId: id },
      });
    },
  });
  const refusals = useRefusals(create.error);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={t('create.title', { label: type.label })}
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Stack gap="sm">
          {names.map((name) => (
            <PropertyField
              key={name}
              property={byName.get(name)!}
              value={values[name] ?? ''}
              onChange={(value) => setValues((now) => ({ ...now, [name]: value }))}
              error={refusals.of(name)}
              isRequired={type.required.includes(name)}
            />
          ))}
          <PropertySelect
            objectType={type.name}
            label={t('create.another')}
            isOffered={(property) => isWritable(property) && !names.includes(property.name)}
            value={null}
            onChange={(name) => name !== null && setNames([...names, name])}
          />
          <RefusedValues objectType={type.name} refusals={refusals} shown={names} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('create.button')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
