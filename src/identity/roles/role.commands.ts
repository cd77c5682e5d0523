// Commands of the account's own roles.
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { users } from '../../../projections/users';
import { asAsked, newId, type CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Authentication } from '../sessions/authentication';
import { GivenRights } from './given-rights';
import { changeRole, createRole, deleteRole, ROLES, roles } from './role.decider';
import type { Permissions } from './role.events';
import { RightsOfUsers } from './rights';

export interface RoleWritten {
  readonly roleId: string;
  readonly position: bigint;
}

export class CreateRole extends Command<RoleWritten> {
  constructor(
    readonly name: string,
    readonly permissions: Permissions,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CreateRole)
export class CreateRoleHandler implements ICommandHandler<CreateRole> {
  constructor(
    private readonly streams: Streams,
    private readonly given: GivenRights,
  ) {}

  async execute({ name, permissions, asked }: CreateRole): Promise<RoleWritten> {
    await this.given.requireMayGive(asked.caller, permissions);
    const roleId = await newId(asked.command);
    const { position } = await this.streams.change(
      roles,
      ROLES,
      (state) => createRole(state, roleId, name, permissions),
      ...asAsked(asked),
    );
    return { roleId, position };
  }
}

export class ChangeRole extends Command<RoleWritten> {
  constructor(
    readonly roleId: string,
    readonly wanted: { readonly name?: string | undefined; readonly permissions?: Permissions | undefined },
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ChangeRole)
export class ChangeRoleHandler implements ICommandHandler<ChangeRole> {
  constructor(
    private readonly streams: Streams,
    private readonly rights: RightsOfUsers,
    private readonly given: GivenRights,
    private readonly authentication: Authentication,
  ) {}

  /** Refused where the role allows more than the caller's own, before or after: it is not theirs to change. */
  async execute({ roleId, wanted, asked }: ChangeRole): Promise<RoleWritten> {
    const before = await this.rights.role(roleId);
    if (before) await this.given.requireMayGive(asked.caller, before.permissions);
    if (wanted.permissions) await this.given.requireMayGiveAnywhere(asked.caller, wanted.permissions);
    const { position } = await this.streams.change(
      roles,
      ROLES,
      (state) => changeRole(state, roleId, wanted),
      ...asAsked(asked),
    );
    this.authentication.forget();
    return { roleId, position };
  }
}

export class DeleteRole extends Command<bigint> {
  constructor(
    readonly roleId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DeleteRole)
export class DeleteRoleHandler implements ICommandHandler<DeleteRole> {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
    private readonly rights: RightsOfUsers,
    private readonly given: GivenRights,
    private readonly authentication: Authentication,
  ) {}

  /** Whoever is given the role while it is deleted may do nothing by it: no role of that id is known any more. */
  async execute({ roleId, asked }: DeleteRole): Promise<bigint> {
    const before = await this.rights.role(roleId);
    if (before) await this.given.requireMayGive(asked.caller, before.permissions);
    const filter = { roleId, status: { $in: ['active', 'invited'] } };
    const { docs } = await this.readModels.find(users, { filter, limit: 50 });
    if (docs.length > 0) throw new Refusal('role-in-use', { context: { userIds: docs.map(({ id }) => id) } });
    const { position } = await this.streams.change(
      roles,
      ROLES,
      (state) => deleteRole(state, roleId),
      ...asAsked(asked),
    );
    this.authentication.forget();
    return position;
  }
}

export const roleCommandHandlers = [CreateRoleHandler, ChangeRoleHandler, DeleteRoleHandler];
