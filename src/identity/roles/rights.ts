// Knows what each user may do: by their role, their teams, and whether they are a super admin. The log is asked, not a
// read model, so that a role which was taken is taken.
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { teamMembers } from '../../../projections/team-members';
import type { Owners, Reach } from '../reach.vocabulary';
import type { Decider } from '../../eventsourcing/decider';
import type { EventMap } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { StoreUnavailable } from '../../store-unavailable';
import { recordTypes } from '../api-keys/scopes';
import { SUPER_ADMIN } from '../identity.vocabulary';
import { TEAMS, teams } from '../teams/team.decider';
import { ACCOUNT_ADMINS, accountAdmins } from '../users/admin.decider';
import { user, type User } from '../users/user.decider';
import { levelsOn, rightsOn, scopesOf } from './permissions';
import { roleOf, ROLES, roles } from './role.decider';
import type { Level, Permissions } from './role.events';
import type { Role } from './standard-roles';

export interface Rights {
  readonly superAdmin: boolean;
  readonly scopes: ReadonlySet<string> | 'all';
  readonly reach?: Reach;
}

const EVERYTHING: Rights = { superAdmin: true, scopes: 'all' };
const NOTHING: Permissions = { records: {}, allows: [] };
const PAGE = 200;
const PATIENCE_MS = 5_000;
const RECENT_MS = 500;
const MOST_TEAMS = 200;
/** Milliseconds after which other processes know of a change of teams at the latest; this process knows at once. */
const CACHED_MS = 1_000;

/** A state, and the newest event of this process when it was read. */
interface Recent {
  readonly at: bigint;
  readonly state: Promise<unknown>;
}

@Injectable()
export class RightsOfUsers {
  /** Of each user as last read: what counts while the log cannot be read, and so cannot have changed either. */
  private readonly last = new LRUCache<string, Rights>({ max: 10_000 });
  /** Who is in some teams, read a moment ago or being read: of a large team, many are asked for at once. */
  private readonly members = new LRUCache<string, Promise<readonly string[]>>({
    max: MOST_TEAMS,
    ttl: CACHED_MS,
  });

  /** The account's streams as read a moment ago: every token asks for them. */
  private readonly recent = new LRUCache<string, Recent>({ max: 8, ttl: RECENT_MS });

  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {}

  async of(userId: string): Promise<Rights> {
    try {
      const rights = await this.read(userId);
      this.last.set(userId, rights);
      return rights;
    } catch (error) {
      const last = this.last.get(userId);
      if (error instanceof StoreUnavailable && last) return last;
      throw error;
    }
  }

  private async read(userId: string): Promise<Rights> {
    const admins = await this.account(accountAdmins, ACCOUNT_ADMINS);
    if (admins.all.has(userId)) return EVERYTHING;
    const { state } = await this.streams.load(user, `user-${userId}`);
    const permissions = await this.permissionsOf(state);
    const reach = await this.reachOf(userId, state, permissions);
    return { superAdmin: false, scopes: scopesOf(permissions), ...(reach && { reach }) };
  }

  /**
   * What a user's role allows. Whoever has the role of super admins and is none may do nothing, and so may whoever is
   * not active by the log: of a deactivation and a return at once, the log and the vault may each tell of another.
   */
  private async permissionsOf(state: User): Promise<Permissions> {
    if (state.status !== 'active' || state.roleId === null || state.roleId === SUPER_ADMIN) return NOTHING;
    return roleOf(await this.account(roles, ROLES), state.roleId)?.permissions ?? NOTHING;
  }

  /** What a user's role allows now. */
  async permissionsOfUser(userId: string): Promise<Permissions> {
    return this.permissionsOf((await this.streams.load(user, `user-${userId}`)).state);
  }

  /** The state of a stream that the account has one of; what this process has written since counts at once. */
  private async account<S, M extends EventMap>(decider: Decider<S, M>, stream: string): Promise<S> {
    const recent = this.recent.get(stream);
    if (recent?.at === this.streams.lastPosition) return recent.state as Promise<S>;
    const at = this.streams.lastPosition;
    const state = this.streams.load(decider, stream).then((loaded) => loaded.state);
    this.recent.set(stream, { at, state });
    state.catch(() => this.recent.delete(stream));
    return state;
  }

  /** Resolves when a change of teams counts for all who share one, or, where the read model is behind, soon after. */
  async knowTeamsOf(position: bigint): Promise<void> {
    await this.readModels
      .waitFor(teamMembers, position, AbortSignal.timeout(PATIENCE_MS))
      .catch(() => undefined);
    this.members.clear();
  }

  async role(roleId: string): Promise<Role | undefined> {
    return roleOf((await this.streams.load(roles, ROLES)).state, roleId);
  }

  private async reachOf(userId: string, state: User, permissions: Permissions): Promise<Reach | undefined> {
    const levels = new Set(recordTypes.flatMap((type) => levelsOn(permissions, type)));
    if (!levels.has('own') && !levels.has('team')) return undefined;
    const own = [userId];
    const team = levels.has('team') ? [...new Set([userId, ...(await this.teammates(state))])] : own;
    const owners: Readonly<Record<Level, Owners>> = { none: [], own, team, all: 'all' };
    return Object.fromEntries(
      recordTypes.map((type) => {
        const { view, edit, delete: end } = rightsOn(permissions, type);
        return [type, { view: owners[view], edit: owners[edit], delete: owners[end] }];
      }),
    );
  }

  /** Everybody in a team that the user is in, too. */
  private async teammates(state: User): Promise<readonly string[]> {
    if (state.status === 'none') return [];
    const { primaryTeamId, secondaryTeamIds } = state.teams;
    const all = await this.account(teams, TEAMS);
    const mine = [primaryTeamId, ...secondaryTeamIds].filter((id) => id !== null && all.has(id)).sort();
    if (mine.length === 0) return [];
    const key = mine.join();
    const known = this.members.get(key);
    if (known) return known;
    const members = this.membersOf(mine);
    this.members.set(key, members);
    // The next one asks again.
    members.catch(() => this.members.peek(key) === members && this.members.delete(key));
    return members;
  }

  private async membersOf(teamIds: readonly (string | null)[]): Promise<readonly string[]> {
    const found = new Set<string>();
    const options = { filter: { teamId: { $in: teamIds } }, limit: PAGE };
    for await (const page of this.readModels.pages(teamMembers, options, { asItIs: true }))
      for (const { userId } of page) found.add(userId);
    return [...found];
  }
}
