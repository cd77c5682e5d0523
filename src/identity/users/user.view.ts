// A user in the shape of HubSpot's user provisioning API, with what Strata tells beside it.
import type { UserDocument } from '../../../projections/users';

export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly roleIds: readonly string[];
  readonly roleId?: string;
  readonly primaryTeamId?: string;
  readonly secondaryTeamIds: readonly string[];
  readonly superAdmin: boolean;
  readonly sendWelcomeEmail: boolean;
  readonly status: UserDocument['status'];
  readonly twoFactor: boolean;
  /** ISO time until which the invitation may be accepted; left out where none is open. */
  readonly invitedUntil?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const userView = (user: UserDocument): UserView => ({
  ...{ id: user.id, email: user.email, firstName: user.firstName, lastName: user.lastName },
  roleIds: user.roleId === null ? [] : [user.roleId],
  ...(user.roleId !== null && { roleId: user.roleId }),
  ...(user.primaryTeamId !== null && { primaryTeamId: user.primaryTeamId }),
  secondaryTeamIds: user.secondaryTeamIds,
  superAdmin: user.superAdmin,
  sendWelcomeEmail: false,
  status: user.status,
  twoFactor: user.twoFactor,
  ...(user.invitedUntil !== null && { invitedUntil: user.invitedUntil }),
  ...{ createdAt: user.createdAt, updatedAt: user.updatedAt },
});
