// What one is told of, in the app and by mail: a switch for each, that counts at once.
import { Switch, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Answer } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { grouped, type GroupName, type KindName } from './notification-groups';
import { preferencesQuery } from './profile.queries';

type Way = 'app' | 'mail';
const ways: readonly Way[] = ['app', 'mail'];
type Preferences = Record<string, Record<Way, boolean>>;

export function NotificationPreferences() {
  const { t, i18n } = useTranslation('profile');
  const queries = useQueryClient();
  const { queryKey } = preferencesQuery;
  const query = useQuery(preferencesQuery);
  const saving = useMutation({
    mutationFn: (preferences: Record<string, Partial<Record<Way, boolean>>>) =>
      answered(api.PUT('/notifications/v1/preferences', { body: { preferences } })),
    // Shown at once, and taken back where the server refuses.
    onMutate: async (changes) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      queries.setQueryData(queryKey, (known: Preferences | undefined) => merged(known ?? {}, changes));
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(queryKey, before);
      tellFailure(error);
    },
    onSuccess: ({ preferences }) => queries.setQueryData(queryKey, preferences),
  });
  const nameOf = (kind: string) =>
    i18n.exists(`profile:told.kinds.${kind}`) ? t(`told.kinds.${kind as KindName}`) : kind;
  return (
    <Answer query={query}>
      {(preferences) => (
        <Table.ScrollContainer type="native" minWidth={340} tabIndex={0} aria-label={t('told.title')}>
          <Table verticalSpacing={6} aria-label={t('told.title')}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('told.kind')}</Table.Th>
                {ways.map((way) => (
                  <Table.Th key={way} w={90}>
                    {t(`told.${way}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {grouped(Object.keys(preferences)).map(([group, kinds]) => (
                <Fragment key={group}>
                  <GroupRow
                    group={group}
                    kinds={kinds}
                    preferences={preferences}
                    onChange={(way, on) =>
                      saving.mutate(Object.fromEntries(kinds.map((kind) => [kind, { [way]: on }])))
                    }
                  />
                  {kinds.map((kind) => (
                    <Table.Tr key={kind}>
                      <Table.Td pl="lg">{nameOf(kind)}</Table.Td>
                      {ways.map((way) => (
                        <Table.Td key={way}>
                          <Switch
                            size="sm"
                            aria-label={`${nameOf(kind)}: ${t(`told.${way}`)}`}
                            checked={preferences[kind]![way]}
                            onChange={({ currentTarget }) =>
                              saving.mutate({ [kind]: { [way]: currentTarget.checked } })
                            }
                          />
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Fragment>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Answer>
  );
}

/** A group's own switches set all of its kinds. */
function GroupRow({
  group,
  kinds,
  preferences,
  onChange,
}: {
  readonly group: GroupName;
  readonly kinds: readonly string[];
  readonly preferences: Preferences;
  readonly onChange: (way: Way, isOn: boolean) => void;
}) {
  const { t } = useTranslation('profile');
  const name = t(`told.groups.${group}`);
  return (
    <Table.Tr bg="var(--mantine-color-default-hover)">
      <Table.Th scope="rowgroup">
        <Text size="sm" fw={600}>
          {name}
        </Text>
      </Table.Th>
      {ways.map((way) => (
        <Table.Td key={way}>
          <Switch
            size="sm"
            aria-label={t('told.all', { group: name, way: t(`told.${way}`) })}
            checked={kinds.every((kind) => preferences[kind]![way])}
            onChange={({ currentTarget }) => onChange(way, currentTarget.checked)}
          />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

const merged = (known: Preferences, changes: Record<string, Partial<Record<Way, boolean>>>): Preferences => ({
  ...known,
  ...Object.fromEntries(
    Object.entries(changes).map(([kind, change]) => [kind, { ...known[kind]!, ...change }]),
  ),
});
