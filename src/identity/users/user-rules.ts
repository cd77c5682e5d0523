// Who may do what to which user: nobody gives more than they have, and super admins are left to super admins.
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { GivenRights } from '../roles/given-rights';
import { RightsOfUsers } from '../roles/rights';
import { TEAMS, teams as teamsDecider } from '../teams/team.decider';
import { ACCOUNT_ADMINS, accountAdmins } from './admin.decider';
import { idsOfTeams, NO_TEAMS, user, type KnownUser } from './user.decider';
import type { UserTeams } from './user.events';

const MOST_TEAMS_OF_USER = 50;

@Injectable()
export class UserRules {
  constructor(
    private readonly streams: Streams,
    private readonly rights: RightsOfUsers,
    private readonly given: GivenRights,
  ) {}

  /**
   * Refuses roles that do not exist, and with `rights-exceeded` those that the caller may not give to whoever is in
   * some teams.
   */
  async requireMayGive(caller: Caller, roleId: string | null, inTeams: UserTeams): Promise<void> {
    if (roleId === null) return;
    if (roleId === SUPER_ADMIN) return requireSuperAdmin(caller);
    const role = await this.rights.role(roleId);
    if (!role) throw unknown('roleId', 'is not a role of the account');
    await this.given.requireMayGiveIn(caller, inTeams, role.permissions);
  }

  /** Refuses teams that do not exist, and with `rights-exceeded` new ones where the caller may not put anybody in. */
  async requireTeams(caller: Caller, wanted: UserTeams, before: UserTeams = NO_TEAMS): Promise<void> {
    const { primaryTeamId, secondaryTeamIds } = wanted;
    const had = idsOfTeams(before);
    if (idsOfTeams(wanted).some((id) => !had.includes(id))) await this.given.requireMayPutIntoTeams(caller);
    const { state } = await this.streams.load(teamsDecider, TEAMS);
    if (secondaryTeamIds.length > MOST_TEAMS_OF_USER)
      throw unknown('secondaryTeamIds', `may be at most ${MOST_TEAMS_OF_USER}`);
    if (primaryTeamId !== null && !state.has(primaryTeamId))
      throw unknown('primaryTeamId', 'is not a team of the account');
    const missing = secondaryTeamIds.find((id) => !state.has(id));
    if (missing !== undefined) throw unknown('secondaryTeamIds', `${missing} is not a team of the account`);
  }

  /** The user as it is. Refuses with `user-unknown`, and with `access-denied` super admins to whoever is none. */
  async requireMayChange(caller: Caller, userId: string): Promise<KnownUser> {
    const { state } = await this.streams.load(user, `user-${userId}`);
    if (state.status === 'none') throw new Refusal('user-unknown');
    const { state: admins } = await this.streams.load(accountAdmins, ACCOUNT_ADMINS);
    if (admins.all.has(userId) || state.roleId === SUPER_ADMIN) requireSuperAdmin(caller);
    return state;
  }
}

/** A key does not do: with the scope `users` alone it would make a super admin, and so be good for everything. */
function requireSuperAdmin({ superAdmin, sessionId }: Caller): void {
  if (!superAdmin)
    throw new Refusal('access-denied', { message: 'Only a super admin may change who is a super admin' });
  if (sessionId === undefined)
    throw new Refusal('access-denied', { message: 'Changing a super admin needs a person, not an API key' });
}

function unknown(field: string, what: string): Refusal {
  const message = `${field}: ${what}`;
  return new Refusal('input-invalid', { message, errors: [{ message, in: field }] });
}
