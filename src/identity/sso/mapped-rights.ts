// Gives a user the role and the teams that the mapping says, and takes what it does not: at each sign-in.
import { Injectable } from '@nestjs/common';
import { Config } from '../../config';
import type { Meta } from '../../eventsourcing/event';
import { apart } from '../../eventsourcing/event-ids';
import { Streams } from '../../eventsourcing/streams';
import { Refusal } from '../../refusals';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { RightsOfUsers } from '../roles/rights';
import { allRoles, ROLES, roles } from '../roles/role.decider';
import { Authentication } from '../sessions/authentication';
import { TEAMS, teams } from '../teams/team.decider';
import { ACCOUNT_ADMINS, accountAdmins, giveSuperAdmin, takeSuperAdmin } from '../users/admin.decider';
import { SuperAdmins } from '../users/super-admins';
import { changeUser, user, type UserChanges } from '../users/user.decider';
import type { UserNames, UserTeams } from '../users/user.events';
import { mapClaims, type Claims } from './claims-mapping';

export interface Giving {
  readonly claims: Claims;
  readonly names: Partial<UserNames> | undefined;
  /** Ids of users whose role the mapping leaves alone: they are the way in when the provider is not. */
  readonly breakGlass: readonly string[];
}

const MOST_TEAMS = 50;

@Injectable()
export class MappedRights {
  constructor(
    private readonly config: Config,
    private readonly streams: Streams,
    private readonly rights: RightsOfUsers,
    private readonly superAdmins: SuperAdmins,
    private readonly authentication: Authentication,
  ) {}

  async give(userId: string, { claims, names, breakGlass }: Giving, meta: Meta): Promise<void> {
    const mapped = mapClaims(this.config.OIDC_CLAIMS ?? {}, claims);
    const roleId = await this.roleOf(breakGlass.includes(userId) ? undefined : mapped.role);
    const inTeams = mapped.teams && (await this.teamsOf(mapped.teams));
    const isGiven = roleId === undefined || (await this.decideAdmin(userId, roleId, meta));
    const changes: UserChanges = {
      ...(names && { names }),
      ...(isGiven && roleId !== undefined && { roleId }),
      ...(inTeams && { teams: inTeams }),
    };
    const { events, position } = await this.streams.change(
      user,
      `user-${userId}`,
      (state) => changeUser(state, changes),
      apart(meta),
    );
    if (isGiven && roleId !== undefined) await this.superAdmins.follow(userId, meta);
    if (events.length === 0) return;
    if (events.some(({ type }) => type === 'user.teams-changed.v1')) await this.rights.knowTeamsOf(position);
    this.authentication.forget();
  }

  /** False where the user would be the last super admin, and stays one. */
  private async decideAdmin(userId: string, roleId: string | null, meta: Meta): Promise<boolean> {
    const decide = roleId === SUPER_ADMIN ? giveSuperAdmin : takeSuperAdmin;
    try {
      await this.streams.change(accountAdmins, ACCOUNT_ADMINS, (state) => decide(state, userId), apart(meta));
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'last-super-admin') return false;
      throw error;
    }
  }

  /** By id or by name; a role that the account does not have gives nothing. */
  private async roleOf(named: string | null | undefined): Promise<string | null | undefined> {
    if (named === undefined || named === null) return named;
    const all = allRoles((await this.streams.load(roles, ROLES)).state);
    return (all.find(({ id }) => id === named) ?? all.find(({ name }) => name === named))?.id ?? null;
  }

  private async teamsOf(named: readonly string[]): Promise<UserTeams> {
    const { state } = await this.streams.load(teams, TEAMS);
    const all = [...state];
    const ids = named.flatMap((one) => {
      const found = all.find(([id]) => id === one) ?? all.find(([, name]) => name === one);
      return found ? [found[0]] : [];
    });
    const [primaryTeamId = null, ...others] = [...new Set(ids)].slice(0, MOST_TEAMS);
    return { primaryTeamId, secondaryTeamIds: others };
  }
}
