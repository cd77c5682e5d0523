// Commands of teams. Who is in a team is changed with the users.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { metaOf, newId, type CommandContext } from '../../caller';
import type { EventOf } from '../../eventsourcing/event';
import { Streams } from '../../eventsourcing/streams';
import { Authentication } from '../sessions/authentication';
import { createTeam, deleteTeam, renameTeam, TEAMS, teams, type Teams } from './team.decider';
import type { TeamEvents } from './team.events';

export interface TeamWritten {
  readonly teamId: string;
  readonly position: bigint;
}

/** Makes a team (no `teamId`), renames one, or deletes one (no `name`). */
export class WriteTeam extends Command<TeamWritten> {
  constructor(
    readonly wanted: { readonly teamId?: string; readonly name?: string },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(WriteTeam)
export class WriteTeamHandler implements ICommandHandler<WriteTeam> {
  constructor(
    private readonly streams: Streams,
    private readonly authentication: Authentication,
  ) {}

  async execute({ wanted, asked }: WriteTeam): Promise<TeamWritten> {
    const { name } = wanted;
    const teamId = wanted.teamId ?? (await newId(asked.command));
    const decide = (state: Teams): EventOf<TeamEvents>[] => {
      if (wanted.teamId === undefined) return createTeam(state, teamId, name!);
      return name === undefined ? deleteTeam(state, teamId) : renameTeam(state, teamId, name);
    };
    const { mayRepeat } = asked.command;
    const { position } = await this.streams.change(teams, TEAMS, decide, metaOf(asked), { mayRepeat });
    this.authentication.forget();
    return { teamId, position };
  }
}
