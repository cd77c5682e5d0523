// What can be decided of a user: names, role and teams; the same for whoever is invited and whoever is there.
import { Group, MultiSelect, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useRoleName } from './role-name';
import { rolesQuery, teamsQuery, type User } from './users.queries';

export interface UserValues {
  readonly firstName: string;
  readonly lastName: string;
  readonly roleId: string | null;
  readonly primaryTeamId: string | null;
  readonly secondaryTeamIds: readonly string[];
}

export const NO_VALUES: UserValues = {
  firstName: '',
  lastName: '',
  roleId: null,
  primaryTeamId: null,
  secondaryTeamIds: [],
};

export const valuesOf = (user: User): UserValues => ({
  firstName: user.firstName,
  lastName: user.lastName,
  roleId: user.roleId ?? null,
  primaryTeamId: user.primaryTeamId ?? null,
  secondaryTeamIds: user.secondaryTeamIds,
});

/** What of the values differs from what they were: nothing else is sent, so that nobody's other change is undone. */
export const changesOf = (from: UserValues, to: UserValues): Partial<UserValues> =>
  Object.fromEntries(
    Object.entries(to).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(from[name as keyof UserValues]),
    ),
  );

export function UserFields({
  values,
  onChange,
}: {
  readonly values: UserValues;
  readonly onChange: (values: UserValues) => void;
}) {
  const { t } = useTranslation('users');
  const roleName = useRoleName();
  const { data: roles = [] } = useQuery(rolesQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const set = (change: Partial<UserValues>) => onChange({ ...values, ...change });
  const teamOptions = teams.map(({ id, name }) => ({ value: id, label: name }));
  const others = teamOptions.filter(({ value }) => value !== values.primaryTeamId);
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          label={t('fields.firstName')}
          maxLength={100}
          autoComplete="off"
          value={values.firstName}
          onChange={({ currentTarget }) => set({ firstName: currentTarget.value })}
        />
        <TextInput
          label={t('fields.lastName')}
          maxLength={100}
          autoComplete="off"
          value={values.lastName}
          onChange={({ currentTarget }) => set({ lastName: currentTarget.value })}
        />
      </Group>
      <Select
        label={t('fields.role')}
        description={t(values.roleId === 'super-admin' ? 'superAdminHelp' : 'roleHelp')}
        placeholder={t('noRole')}
        clearable
        clearButtonProps={{ 'aria-label': t('clearRole') }}
        data={roles.map((role) => ({ value: role.id, label: roleName(role) }))}
        value={values.roleId}
        onChange={(roleId) => set({ roleId })}
      />
      {teams.length > 0 && (
        <>
          <Select
            label={t('fields.primaryTeam')}
            placeholder={t('noTeam')}
            clearable
            searchable
            clearButtonProps={{ 'aria-label': t('clearTeam') }}
            data={teamOptions}
            value={values.primaryTeamId}
            onChange={(primaryTeamId) =>
              set({
                primaryTeamId,
                secondaryTeamIds: values.secondaryTeamIds.filter((id) => id !== primaryTeamId),
              })
            }
          />
          <MultiSelect
            label={t('fields.otherTeams')}
            searchable
            data={others}
            value={[...values.secondaryTeamIds]}
            onChange={(secondaryTeamIds) => set({ secondaryTeamIds })}
          />
        </>
      )}
    </>
  );
}
