// Who is in which team, a document for each membership.
import type { UserEvents, UserTeams } from '../src/identity/users/user.events';
import type { Doc } from '../src/read/document-store';
import type { Op, Projection } from './projection';

export interface TeamMemberDocument extends Doc {
  readonly teamId: string;
  readonly userId: string;
  readonly primary: boolean;
}

const idsOf = ({ primaryTeamId, secondaryTeamIds }: UserTeams): string[] => [
  ...(primaryTeamId === null ? [] : [primaryTeamId]),
  ...secondaryTeamIds,
];

const moved = (userId: string, from: UserTeams | undefined, to: UserTeams): Op<TeamMemberDocument>[] => {
  const now = new Set(idsOf(to));
  return [
    ...idsOf(to).map((teamId) => ({
      id: `${teamId}-${userId}`,
      put: { teamId, userId, primary: teamId === to.primaryTeamId },
    })),
    ...(from ? idsOf(from) : [])
      .filter((teamId) => !now.has(teamId))
      .map((teamId) => ({ id: `${teamId}-${userId}`, remove: true as const })),
  ];
};

export const teamMembers: Projection<TeamMemberDocument, UserEvents> = {
  name: 'team-members',
  version: 1,
  indexes: [['teamId']],
  on: {
    'user.invited.v1': ({ userId, teams }) => moved(userId, undefined, teams),
    'user.teams-changed.v1': ({ userId, from, to }) => moved(userId, from, to),
  },
};
