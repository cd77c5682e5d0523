// Puts names beside the ids that notifications are about, when they are shown or mailed: events hold ids alone.
import { apiKeys } from '../../../projections/api-keys';
import { employees } from '../../../projections/identity/employees';
import { users } from '../../../projections/users';
import { isEmployeeId } from '../../identity/identity.vocabulary';
import type { ReadModels } from '../../read/read-models';
import type { NotificationAbout } from '../notification.events';

/**
 * Each with `user`, the address of whom `userId` names, and `key`, the name of the API key that `keyId` or `actor`
 * names. What has no name is called by its id.
 */
export async function named<A extends NotificationAbout>(
  models: Pick<ReadModels, 'getMany'>,
  abouts: readonly A[],
): Promise<NotificationAbout[]> {
  const userIds = distinct(abouts.map(({ userId }) => userId));
  const keyIds = distinct(abouts.map(keyIn));
  const employeeIds = userIds.filter(isEmployeeId);
  const asTheyAre = { asItIs: true } as const;
  const [people, vendors, keys] = await Promise.all([
    models.getMany(users, userIds, asTheyAre),
    employeeIds.length > 0 ? models.getMany(employees, employeeIds, asTheyAre) : undefined,
    models.getMany(apiKeys, keyIds, asTheyAre),
  ]);
  return abouts.map((about) => {
    const { userId } = about;
    const key = keyIn(about);
    const email = userId && (people.get(userId) ?? vendors?.get(userId))?.email;
    const name = key && keys.get(key)?.name;
    return {
      ...about,
      ...(userId !== undefined && { user: email ?? `user ${userId}` }),
      ...(key !== undefined && { key: name === undefined ? key : `“${name}”` }),
    };
  });
}

const keyIn = ({ keyId, actor }: NotificationAbout): string | undefined => keyId ?? actor;
const distinct = (ids: readonly (string | undefined)[]): string[] => [
  ...new Set(ids.filter((id) => id !== undefined)),
];
