// All values of a record in their groups: found by typing, empty ones folded, each changed in its place.
import { Button, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectType } from '../../../api/object-types';
import { isWritable, propertiesQuery, propertyGroupsQuery, type Property } from '../../../api/properties';
import { useValueText } from '../../../ui/property-value';
import { Empty } from '../../../ui/states';
import type { ThenView } from '../records.queries';
import { EditableValue } from './editable-value';
import { inGroups } from './in-groups';

interface Props {
  readonly type: ObjectType;
  readonly record: ThenView;
  readonly isEditable: boolean;
}

export function Values({ type, record, isEditable }: Props) {
  const { t } = useTranslation('records');
  const [wanted, setWanted] = useState('');
  const { data: properties = [] } = useQuery(propertiesQuery(type.name));
  const { data: groups = [] } = useQuery(propertyGroupsQuery(type.name));
  const valueText = useValueText(type.name);
  const isSought = wanted.trim() !== '';
  const sections = inGroups(
    { properties, groups, values: record.properties, other: t('values.other') },
    isSought ? { text: wanted, valueText } : undefined,
  );
  return (
    <Stack gap="md">
      <TextInput
        type="search"
        maw={420}
        aria-label={t('values.search')}
        placeholder={t('values.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={wanted}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      {sections.length === 0 && <Empty title={t('values.none')} />}
      {sections.map((section) => (
        <Section
          key={section.name}
          {...{ type, record, isEditable }}
          label={section.label}
          properties={section.properties}
          isOpen={isSought}
        />
      ))}
    </Stack>
  );
}

function Section({
  label,
  properties,
  isOpen,
  ...rest
}: Props & { readonly label: string; readonly properties: readonly Property[]; readonly isOpen: boolean }) {
  const { t } = useTranslation('records');
  const { type, record, isEditable } = rest;
  const [showsEmpty, setShowsEmpty] = useState(false);
  const isEmpty = ({ name }: Property) => !record.properties[name];
  const empty = properties.filter(isEmpty);
  const shown = isOpen || showsEmpty ? properties : properties.filter((one) => !isEmpty(one));
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {label}
        </Title>
        {shown.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('values.allEmpty')}
          </Text>
        )}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="sm" component="dl" m={0}>
          {shown.map((property) => (
            <EditableValue
              key={property.name}
              {...{ type, record, property }}
              isEditable={isEditable && isWritable(property)}
            />
          ))}
        </SimpleGrid>
        {empty.length > 0 && !isOpen && (
          <Group>
            <Button size="compact-xs" variant="subtle" onClick={() => setShowsEmpty(!showsEmpty)}>
              {t(showsEmpty ? 'values.hideEmpty' : 'values.showEmpty', { count: empty.length })}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
