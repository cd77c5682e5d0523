// Bodies of users, in HubSpot's shapes.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { pageLimit } from '../../http/answers/paging';
import { text } from '../../http/validation';
import { emailAddress } from '../emails';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { newPassword } from '../passwords/passwords';
import type { UserChanges, KnownUser } from './user.decider';

const name = text({ most: 100 });
const id = z.string().min(1).max(64);
/** HubSpot's clients send an empty text for none. */
const idOrNone = id
  .or(z.literal(''))
  .nullable()
  .transform((given) => given || null);
const teamIds = z
  .array(id)
  .max(50)
  .transform((ids) => [...new Set(ids)]);
const seats = z
  .array(z.string().max(100))
  .max(20)
  .optional()
  .describe('taken and not used: there are no seats');

export class InviteBody extends createZodDto(
  z.strictObject({
    email: emailAddress,
    firstName: name.default(''),
    lastName: name.default(''),
    roleId: idOrNone.optional(),
    primaryTeamId: idOrNone.optional(),
    secondaryTeamIds: teamIds.default([]),
    seatNames: seats,
    sendWelcomeEmail: z.boolean().default(true).describe('whether the invitation is sent by mail'),
  }),
) {}

export class ChangeUserBody extends createZodDto(
  z.strictObject({
    firstName: name.optional(),
    lastName: name.optional(),
    roleId: idOrNone.optional(),
    superAdmin: z.boolean().optional().describe(`the same as the role ${SUPER_ADMIN}, given or taken`),
    primaryTeamId: idOrNone.optional(),
    secondaryTeamIds: teamIds.optional(),
    seatNames: seats,
  }),
) {}

export class AcceptBody extends createZodDto(
  z.strictObject({ token: z.string().min(1).max(200), password: newPassword }),
) {}

export class UserQuery extends createZodDto(
  z.object({ idProperty: z.enum(['USER_ID', 'EMAIL'], 'must be USER_ID or EMAIL').default('USER_ID') }),
) {}

const statuses = ['invited', 'active', 'deactivated', 'withdrawn'] as const;
export class UsersQuery extends createZodDto(
  z.object({
    limit: pageLimit({ most: 200, usual: 50 }),
    after: z.string().max(4096).optional(),
    status: z
      .string()
      .max(100)
      .default('invited,active,deactivated')
      .transform((given) => given.split(','))
      .pipe(z.array(z.enum(statuses, `must be some of ${statuses.join(', ')}, by comma`)))
      .describe(`some of ${statuses.join(', ')}, by comma`),
  }),
) {}

/** What a body asks to be changed of a user as it is now. */
export function changesOf(body: ChangeUserBody, now: Pick<KnownUser, 'roleId' | 'teams'>): UserChanges {
  const { firstName, lastName, primaryTeamId, secondaryTeamIds, superAdmin } = body;
  const names = {
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
  const roleId = superAdmin ? SUPER_ADMIN : (body.roleId ?? roleWithout(body, now.roleId));
  const primary = primaryTeamId === undefined ? now.teams.primaryTeamId : primaryTeamId;
  const secondary = (secondaryTeamIds ?? now.teams.secondaryTeamIds).filter((one) => one !== primary);
  const changesTeams = primaryTeamId !== undefined || secondaryTeamIds !== undefined;
  return {
    ...{ names },
    ...(roleId !== undefined && { roleId }),
    ...(changesTeams && { teams: { primaryTeamId: primary, secondaryTeamIds: secondary } }),
  };
}

/** The role where the body names none: null takes it, undefined leaves it. */
function roleWithout({ roleId, superAdmin }: ChangeUserBody, now: string | null): null | undefined {
  return roleId === null || (superAdmin === false && now === SUPER_ADMIN) ? null : undefined;
}
