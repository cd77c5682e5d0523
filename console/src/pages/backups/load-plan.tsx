// What a load would do, or did, by its plan: each file and what becomes of its columns, and what the account lacks.
import { Accordion, Alert, Badge, Card, Group, List, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import type { Schemas } from '../../api/client';
import { useFormats } from '../../words/formats';

export type Plan = NonNullable<Schemas['LoadView']['plan']>;

/** Definitions that the account lacks, each by what it is and its name. */
export function missingOf({ missing }: Plan, labelOf: (type: string) => string) {
  const of = (objectType: string, label: string) => `${labelOf(objectType)}: ${label}`;
  return {
    objectTypes: missing.objectTypes.map(labelOf),
    groups: missing.groups.map(({ objectType, name }) => of(objectType, name)),
    properties: missing.properties.map(({ objectType, label, name, type }) =>
      of(objectType, `${label || name} (${name}, ${type})`),
    ),
    pipelines: missing.pipelines.map(({ objectType, label }) => of(objectType, label)),
    stages: missing.stages.map(({ objectType, label }) => of(objectType, label)),
    associationTypes: missing.associationTypes.map(
      ({ fromType, toType, label, name }) => `${labelOf(fromType)} – ${labelOf(toType)}: ${label ?? name}`,
    ),
  };
}

export const missingCount = ({ missing }: Plan): number =>
  Object.values(missing).reduce((sum, some) => sum + some.length, 0);

export function LoadPlan({ plan, isDryRun }: { readonly plan: Plan; readonly isDryRun: boolean }) {
  const { t } = useTranslation('backups');
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const { files, leftOut, problems, unknownOwners } = plan;
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={2} size="h4">
            {t(isDryRun ? 'plan.title' : 'plan.titleDone')}
          </Title>
          <Badge variant="default">{t(`plan.source.${plan.source}`)}</Badge>
        </Group>
        {problems.length > 0 && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('plan.problems')}>
            <List size="sm">
              {problems.map(({ file, column, message }, index) => (
                <List.Item key={index}>
                  {file}
                  {column !== undefined && `, ${t('plan.column', { column: number(column + 1) })}`}: {message}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Accordion variant="contained" multiple>
          {files.map(({ name, objectType, rows, columns = [] }) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>
                <Group gap="sm">
                  <Text size="sm" fw={500}>
                    {name}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {objectType === undefined ? '' : `${labelOf(objectType)} · `}
                    {t('plan.rows', { count: rows, shown: number(rows) })}
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                {columns.length === 0 ? (
                  <Text size="sm" c="dimmed">
                    {t('plan.noColumns')}
                  </Text>
                ) : (
                  <Table fz="sm" verticalSpacing={2} aria-label={name}>
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>{t('plan.header')}</Table.Th>
                        <Table.Th>{t('plan.becomes')}</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {columns.map(({ header, to }, index) => (
                        <Table.Tr key={index}>
                          <Table.Td dir="auto">{header}</Table.Td>
                          <Table.Td>
                            {to ?? (
                              <Text span size="sm" c="dimmed">
                                {t('plan.nothing')}
                              </Text>
                            )}
                          </Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                )}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
        <Named title={t('plan.leftOut')} names={leftOut} />
        <Named title={t('plan.unknownOwners')} names={unknownOwners} />
        {Object.entries(missingOf(plan, labelOf)).map(([kind, names]) => (
          <Named key={kind} title={t(`plan.missing.${kind as keyof Plan['missing']}`)} names={names} />
        ))}
        <Text size="xs" c="dimmed">
          {t('plan.note')}
        </Text>
      </Stack>
    </Card>
  );
}

export function Named({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  const { number } = useFormats();
  if (names.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title} ({number(names.length)})
      </Text>
      <List size="sm" mah={240} style={{ overflowY: 'auto' }} tabIndex={0}>
        {names.map((name, index) => (
          <List.Item key={index} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
