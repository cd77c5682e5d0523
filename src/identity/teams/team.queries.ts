// Query for the names of teams.
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Streams } from '../../eventsourcing/streams';
import { TEAMS, teams } from './team.decider';

/** The names of all teams, by id. */
export class GetTeamNames extends Query<ReadonlyMap<string, string>> {}

@QueryHandler(GetTeamNames)
export class GetTeamNamesHandler implements IQueryHandler<GetTeamNames> {
  constructor(private readonly streams: Streams) {}

  async execute(): Promise<ReadonlyMap<string, string>> {
    return (await this.streams.load(teams, TEAMS)).state;
  }
}
