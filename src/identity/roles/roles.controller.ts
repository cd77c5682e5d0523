// Routes of /settings/v3/users/roles: the standard roles, and those that the account makes.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Streams } from '../../eventsourcing/streams';
import { Access } from '../../http/access';
import { page, pageLimit, pageOfAll, pageQuery } from '../../http/answers/paging';
import { Asked, positionHeader } from '../../http/asked';
import { text } from '../../http/validation';
import { Refusal } from '../../refusals';
import { recordTypes } from '../api-keys/scopes';
import { ChangeRole, CreateRole, DeleteRole } from './role.commands';
import { ID_DIGITS } from '../../crm/records/record.vocabulary';
import { allRoles, MOST_ROLES, roleOf, ROLES, roles } from './role.decider';
import { allowances, type Allowance } from './permissions';
import type { Permissions } from './role.events';
import { standardRoles, type Role } from './standard-roles';

const level = z.enum(['none', 'own', 'team', 'all'], 'must be none, own, team or all').default('none');
const rights = z.strictObject({ view: level, edit: level, delete: level });
const says = Object.entries(allowances)
  .map(([name, means]) => `${name}: ${means}`)
  .join('; ');
const permissions = z.strictObject({
  records: z
    .partialRecord(z.enum([...recordTypes, 'default']), rights)
    .default({})
    .meta({ maxProperties: recordTypes.length + 1 })
    .describe('by object type; `custom` for all custom types, `default` for all that are not named'),
  allows: z
    .array(z.enum(Object.keys(allowances) as [Allowance]))
    .max(Object.keys(allowances).length)
    .default([])
    .transform((names) => [...new Set(names)].sort())
    .describe(says),
});
const name = text({ least: 1, most: 100 });

class CreateRoleBody extends createZodDto(z.strictObject({ name, permissions })) {}
class ChangeRoleBody extends createZodDto(
  z.strictObject({ name: name.optional(), permissions: permissions.optional() }),
) {}

const MOST = standardRoles.length + MOST_ROLES;
/** HubSpot's clients know of no paging here: without a limit they get every role that an account can have. */
class RolesQuery extends createZodDto(pageQuery.extend({ limit: pageLimit({ most: MOST, usual: MOST }) })) {}

/** The standard ones first, in their order. */
const placeOf = ({ id, standard }: Role): string =>
  standard ? `0-${standardRoles.findIndex((one) => one.id === id)}` : `1-${id.padStart(ID_DIGITS, '0')}`;

const viewOf = ({ id, name, permissions, standard }: Role) => ({
  ...{ id, name, requiresBillingWrite: false },
  ...{ standard, permissions },
});

@ApiTags('Users')
@Access({ scope: 'users' })
@Controller(['settings/v3/users/roles', 'settings/users/v3/roles'])
export class RolesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: Streams,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the roles, with what each allows; all of them where no limit is given' })
  async list(@Query() query: RolesQuery) {
    const { docs, ...found } = pageOfAll(
      allRoles((await this.streams.load(roles, ROLES)).state),
      placeOf,
      query,
    );
    return page({ ...found, docs: docs.map(viewOf) });
  }

  @Post()
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: "Make a role of the account's own" })
  async create(
    @Body() { name, permissions }: CreateRoleBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { roleId, position } = await this.commands.execute(
      new CreateRole(name, permissions as Permissions, asked),
    );
    positionHeader(reply, position);
    return this.read(roleId);
  }

  @Put(':roleId')
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: "Change a role of the account's own; it counts at once" })
  async change(
    @Param('roleId') id: string,
    @Body() body: ChangeRoleBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { position } = await this.commands.execute(
      new ChangeRole(
        id,
        { name: body.name, permissions: body.permissions as Permissions | undefined },
        asked,
      ),
    );
    positionHeader(reply, position);
    return this.read(id);
  }

  @Delete(':roleId')
  @HttpCode(204)
  @Access({ scope: 'users', stepUp: true })
  @ApiOperation({ summary: 'Delete a role that no user has' })
  async delete(
    @Param('roleId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new DeleteRole(id, asked)));
  }

  private async read(id: string) {
    const role = roleOf((await this.streams.load(roles, ROLES)).state, id);
    if (!role) throw new Refusal('role-unknown');
    return viewOf(role);
  }
}
