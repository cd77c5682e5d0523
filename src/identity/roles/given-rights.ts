// What may be given to others: nobody gives more than they have, neither by a role nor by a team. A person has what
// their role allows, an API key what its scopes let it do besides; a super admin's session has everything.
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { covers } from '../api-keys/scopes';
import { idsOfTeams, user } from '../users/user.decider';
import type { UserTeams } from '../users/user.events';
import { exceed, overTeams, scopesOf } from './permissions';
import { RightsOfUsers } from './rights';
import { allRoles, ROLES, roles } from './role.decider';
import type { Permissions } from './role.events';

/** What every role has: whoever manages users reads owners anyway. */
const OF_EVERYBODY = 'crm.objects.owners.read';

@Injectable()
export class GivenRights {
  constructor(
    private readonly streams: Streams,
    private readonly rights: RightsOfUsers,
  ) {}

  /** Refuses with `rights-exceeded` where the caller lacks some of what is given. */
  async requireMayGive(caller: Caller, given: Permissions): Promise<void> {
    if (caller.sessionId === undefined) requireScopes(caller, given);
    if (caller.superAdmin) return;
    if (exceed(given, await this.rights.permissionsOfUser(caller.userId)))
      throw new Refusal('rights-exceeded');
  }

  /** The same of what permissions reach in some teams: over the records of all who are in them. */
  async requireMayGiveIn(caller: Caller, teams: UserTeams, given: Permissions): Promise<void> {
    await this.requireMayGive(caller, given);
    const { state } = await this.streams.load(user, `user-${caller.userId}`);
    const own = state.status === 'none' ? [] : idsOfTeams(state.teams);
    if (idsOfTeams(teams).some((id) => !own.includes(id)))
      await this.requireMayGive(caller, overTeams(given));
  }

  /** The same of a role that people have who may be in any team. */
  async requireMayGiveAnywhere(caller: Caller, given: Permissions): Promise<void> {
    await this.requireMayGive(caller, given);
    await this.requireMayGive(caller, overTeams(given));
  }

  /**
   * The same of whom a team lets reach whose records: everybody in it, by whichever role they have or will have. So
   * whose own role reaches over teams puts nobody into one, be it the caller or an accomplice.
   */
  async requireMayPutIntoTeams(caller: Caller): Promise<void> {
    const { state } = await this.streams.load(roles, ROLES);
    for (const { permissions } of allRoles(state)) await this.requireMayGive(caller, overTeams(permissions));
  }
}

/** A key of whomever has no more than was put into it. */
function requireScopes({ scopes }: Caller, given: Permissions): void {
  if (scopes === 'all') return;
  const requiredScopes = [...scopesOf(given)].filter((one) => one !== OF_EVERYBODY && !covers(scopes, one));
  if (requiredScopes.length > 0) throw new Refusal('rights-exceeded', { context: { requiredScopes } });
}
