// The types of records that there are: those that Strata brings along, and the account's own.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type standardNames from '../words/en/common.json';
import { answered, api } from './client';
import { ApiError } from './errors';
import { useMe } from './session';

type StandardName = keyof (typeof standardNames)['objectTypes'];

export interface ObjectType {
  /** As the API names it in its paths: `contacts`, `car`. */
  readonly name: string;
  /** As HubSpot numbers it: `0-1`, `2-…`. */
  readonly typeId: string;
  /** What it is called, in the plural. */
  readonly label: string;
  /** The property by which a record is known. */
  readonly displayProperty: string;
  readonly isCustom: boolean;
  /** Properties without which no record of the type is made. */
  readonly required: readonly string[];
}

const standard: readonly (readonly [name: StandardName, typeId: string, displayProperty: string])[] = [
  ['contacts', '0-1', 'email'],
  ['companies', '0-2', 'name'],
  ['deals', '0-3', 'dealname'],
  ['tickets', '0-5', 'subject'],
  ['products', '0-7', 'name'],
  ['calls', '0-48', 'hs_call_title'],
  ['conversations', '0-11', 'hs_subject'],
  ['tasks', '0-27', 'hs_task_subject'],
  ['notes', '0-46', 'hs_note_body'],
  ['emails', '0-49', 'hs_email_subject'],
  ['meetings', '0-47', 'hs_meeting_title'],
  ['line_items', '0-8', 'name'],
  ['quotes', '0-14', 'hs_title'],
  ['leads', '0-136', 'hs_lead_name'],
];

/** The account's own types; none for whoever may not see what there is. */
export const customTypesQuery = queryOptions({
  queryKey: ['schemas'],
  queryFn: async ({ signal }) => {
    try {
      const query = { includePropertyDefinitions: 'false', includeAssociationDefinitions: 'false' } as const;
      return (await answered(api.GET('/crm/v3/schemas', { params: { query }, signal }))).results;
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return [];
      throw error;
    }
  },
  staleTime: 60_000,
});

/** All object types, standard ones first; the account's own follow once they have come. */
export function useObjectTypes(): readonly ObjectType[] {
  const { t } = useTranslation();
  const { data: own = [] } = useQuery(customTypesQuery);
  return [
    ...standard.map(([name, typeId, displayProperty]) => ({
      ...{ name, typeId, displayProperty, label: t(`objectTypes.${name}`), isCustom: false, required: [] },
    })),
    ...own.map(({ name, objectTypeId, labels, primaryDisplayProperty, requiredProperties }) => ({
      ...{ name, typeId: objectTypeId, displayProperty: primaryDisplayProperty, isCustom: true },
      ...{ label: labels.plural || name, required: requiredProperties },
    })),
  ];
}

/** The type that is named so, or has this id. */
export function useObjectType(nameOrId: string): ObjectType | undefined {
  return useObjectTypes().find(({ name, typeId }) => name === nameOrId || typeId === nameOrId);
}

/** What a type is called, by its name or its id; one that is not known keeps its name. */
export function useObjectLabel(): (nameOrId: string) => string {
  const types = useObjectTypes();
  return (wanted) => types.find(({ name, typeId }) => name === wanted || typeId === wanted)?.label ?? wanted;
}

/** Whether somebody may do something with records of a type, by the scopes that the API asks for. */
export function useMayRecords(): (
  objectType: ObjectType | string,
  action: 'read' | 'write' | 'archive',
) => boolean {
  const { user, scopes } = useMe();
  const types = useObjectTypes();
  return (objectType, action) => {
    const type = typeof objectType === 'string' ? types.find(({ name }) => name === objectType) : objectType;
    const part = type?.isCustom === true ? 'custom' : (type?.name ?? 'custom');
    return user.superAdmin || scopes.includes(`crm.objects.${part}.${action}`);
  };
}

/** What a record is called: a contact by its name, any other by the property that its type names for it. */
export function recordName(
  { name, displayProperty }: Pick<ObjectType, 'name' | 'displayProperty'>,
  properties: Readonly<Record<string, string | null | undefined>>,
): string | undefined {
  const person = [properties.firstname, properties.lastname].filter(Boolean).join(' ');
  return (name === 'contacts' && person !== '' ? person : properties[displayProperty]) || undefined;
}

/** The properties that `recordName` reads. */
export const nameProperties = ({
  name,
  displayProperty,
}: Pick<ObjectType, 'name' | 'displayProperty'>): readonly string[] =>
  name === 'contacts' ? ['firstname', 'lastname', displayProperty] : [displayProperty];
