// Events of teams, all in the stream `teams`. Who is in a team stands in the streams of the users.
export type TeamEvents = {
  'team.created.v1': { teamId: string; name: string };
  'team.renamed.v1': { teamId: string; from: string; to: string };
  'team.deleted.v1': { teamId: string; name: string };
};
