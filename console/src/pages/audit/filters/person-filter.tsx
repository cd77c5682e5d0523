// Who did it: people by name or address, those who are gone too, and teams.
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf, peopleQuery, teamsQuery } from '../../../api/people';
import { completionQuery } from '../audit.queries';
import { listOf, textOf, type Filter } from '../filter';
import { CheckList, type Choice } from './check-list';

interface Props {
  readonly filter: Filter;
  readonly onApply: (change: Readonly<Record<'actor' | 'teamId' | 'userId', string | undefined>>) => void;
}

/** Names of people and teams for the ids and addresses that a filter holds. */
export function useWho(): (id: string) => string {
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  return (id) => {
    const person = people.find((one) => one.id === id || one.email === id);
    return person ? nameOf(person) : (teams.find((team) => team.id === id)?.name ?? id);
  };
}

export function PersonFilter({ filter, onApply }: Props) {
  const { t } = useTranslation('audit');
  const [kind, setKind] = useState(filter.teamId !== undefined ? 'teams' : 'people');
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, 150);
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const asked = `user:${wanted.replace(/[\s"(),]/g, '')}`;
  const { data: found } = useQuery({
    ...completionQuery(asked, asked.length),
    placeholderData: keepPreviousData,
  });
  const byAddress = new Map<string, Choice>();
  for (const person of people)
    byAddress.set(person.email.toLowerCase(), {
      id: person.email,
      label: nameOf(person),
      hint: [
        ...(nameOf(person) === person.email ? [] : [person.email]),
        ...(person.status === 'active' ? [] : [t(`who.${person.status}`)]),
      ].join(' · '),
    });
  for (const { text } of found?.suggestions ?? [])
    if (!byAddress.has(text.toLowerCase())) byAddress.set(text.toLowerCase(), { id: text, label: text });
  // Ids that a link names stand for the person's address.
  const chosen = [...listOf(filter.actor), ...listOf(filter.userId)].map(
    (one) => people.find(({ id }) => id === one)?.email ?? one,
  );
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('filters.actor')}
        value={kind}
        onChange={setKind}
        data={[
          { value: 'people', label: t('who.people') },
          { value: 'teams', label: t('who.teams') },
        ]}
      />
      {kind === 'people' ? (
        <CheckList
          key={people.length}
          label={t('filters.actor')}
          choices={[...byAddress.values()]}
          chosen={chosen}
          onSearch={setSearch}
          isOpenEnded
          onApply={(ids) => onApply({ actor: textOf(ids), userId: undefined, teamId: filter.teamId })}
        />
      ) : (
        <CheckList
          key="teams"
          label={t('who.teams')}
          choices={teams.map(({ id, name }) => ({ id, label: name }))}
          chosen={listOf(filter.teamId)}
          onApply={(ids) => onApply({ actor: filter.actor, userId: filter.userId, teamId: textOf(ids) })}
        />
      )}
      <Text size="xs" c="dimmed">
        {t(kind === 'people' ? 'who.peopleHelp' : 'who.teamsHelp')}
      </Text>
    </Stack>
  );
}
