// The decider of the account's teams.
import type { Decider } from '../../eventsourcing/decider';
import { eventsOf, type EventOf } from '../../eventsourcing/event';
import { Refusal } from '../../refusals';
import { requireFreeName } from '../free-name';
import type { TeamEvents } from './team.events';

export const TEAMS = 'teams';
/** The state is read with every one of them, and listed as a whole. */
export const MOST_TEAMS = 1_000;

/** Names of teams by id. */
export type Teams = ReadonlyMap<string, string>;

export const teams: Decider<Teams, TeamEvents> = {
  initial: new Map(),
  evolve: {
    'team.created.v1': (state, { teamId, name }) => new Map([...state, [teamId, name]]),
    'team.renamed.v1': (state, { teamId, to }) => new Map([...state, [teamId, to]]),
    'team.deleted.v1': (state, { teamId }) => new Map([...state].filter(([id]) => id !== teamId)),
  },
};

const ev = eventsOf<TeamEvents>();

const named = (state: Teams) => [...state].map(([id, name]) => ({ id, name }));

export function createTeam(state: Teams, teamId: string, name: string): EventOf<TeamEvents>[] {
  if (state.has(teamId)) return [];
  if (state.size >= MOST_TEAMS)
    throw new Refusal('too-many', { message: `An account has at most ${MOST_TEAMS} teams` });
  requireFreeName(named(state), name);
  return [ev('team.created.v1', { teamId, name })];
}

export function renameTeam(state: Teams, teamId: string, to: string): EventOf<TeamEvents>[] {
  const from = nameOf(state, teamId);
  requireFreeName(named(state), to, teamId);
  return from === to ? [] : [ev('team.renamed.v1', { teamId, from, to })];
}

/** Whoever is in the team is in no team of that id from now on. */
export function deleteTeam(state: Teams, teamId: string): EventOf<TeamEvents>[] {
  return [ev('team.deleted.v1', { teamId, name: nameOf(state, teamId) })];
}

function nameOf(state: Teams, teamId: string): string {
  const name = state.get(teamId);
  if (name === undefined) throw new Refusal('team-unknown');
  return name;
}
