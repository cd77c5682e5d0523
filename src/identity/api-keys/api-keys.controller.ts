// Routes of /auth/v1/api-keys: a person makes API keys, and the token of each is shown once.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { page, PageQuery } from '../../http/answers/paging';
import { text } from '../../http/validation';
import type { Freshness } from '../../read/read-models';
import { allowedIpOf } from './allowed-ips';
import { RotateApiKey } from './api-key-rotation.commands';
import { ChangeApiKey, CreateApiKey, RevokeApiKey } from './api-key.commands';
import { GetApiKey, ListApiKeys } from './api-key.queries';
import { knownScopes } from './scopes';

const scope = z
  .string()
  .max(100)
  .refine((name) => knownScopes.has(name), { error: ({ input }) => `${String(input)} is not a scope` });

const allowedIp = z
  .string()
  .max(64)
  .transform((text, context) => {
    const allowed = allowedIpOf(text);
    if (allowed !== undefined) return allowed;
    context.addIssue({ code: 'custom', message: 'must be an address or a network such as 192.0.2.0/24' });
    return z.NEVER;
  });

const keyName = text({ least: 1, most: 200 });
const allowedIps = z
  .array(allowedIp)
  .min(1)
  .max(100)
  .transform((ips) => [...new Set(ips)]);

class ApiKeyBody extends createZodDto(
  z.strictObject({
    name: keyName,
    scopes: z
      .array(scope)
      .min(1)
      .max(200)
      .transform((scopes) => [...new Set(scopes)]),
    expiresAt: z.iso
      .datetime({ offset: true, error: 'must be an ISO 8601 time, or null for never' })
      .refine((time) => !(Date.parse(time) <= Date.now()), 'must lie in the future')
      .transform((time) => new Date(time).toISOString())
      .nullable()
      .optional()
      .describe('when it ceases to count; null: never; in a year where left out'),
    allowedIps: allowedIps
      .optional()
      .describe('addresses and networks (CIDR) from which it may be used; all where left out'),
  }),
) {}

class ChangeKeyBody extends createZodDto(
  z.strictObject({
    name: keyName.optional(),
    allowedIps: allowedIps
      .nullable()
      .optional()
      .describe('addresses and networks (CIDR) from which it may be used from now on; null: all'),
  }),
) {}

const DAY_S = 86_400;

class RotateBody extends createZodDto(
  z
    .strictObject({
      overlapSeconds: z
        .number()
        .int()
        .min(0)
        .max(7 * DAY_S)
        .default(DAY_S)
        .describe('for how long the token before still counts'),
    })
    .optional()
    .transform((body) => body ?? { overlapSeconds: DAY_S }),
) {}

@ApiTags('Identity')
@Access({ session: true })
@Controller('auth/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ session: true, stepUp: true })
  @ApiOperation({ summary: 'Make an API key; its token is shown once' })
  async create(
    @Body() body: ApiKeyBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, token, expiresAt, position } = await this.commands.execute(new CreateApiKey(body, asked));
    positionHeader(reply, position);
    const { name, scopes, allowedIps = null } = body;
    return { id, token, name, scopes, expiresAt, allowedIps };
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Access({ session: true, stepUp: true })
  @ApiOperation({
    summary: 'Give an API key another token, shown once; the one before goes on for a while',
    description: 'At most one token before the present one counts.',
  })
  async rotate(
    @Param('id') id: string,
    @Body() { overlapSeconds }: RotateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rotate = new RotateApiKey(id, overlapSeconds * 1000, asked);
    const { position, ...rotated } = await this.commands.execute(rotate);
    positionHeader(reply, position);
    return { id, ...rotated };
  }

  @Get()
  @ApiOperation({ summary: 'List your API keys: what they may, when last used, from where made' })
  async list(@Query() paging: PageQuery, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListApiKeys(caller.userId, paging, fresh)));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one of your API keys' })
  get(@Param('id') id: string, @Asked() { caller }: CommandContext, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetApiKey(caller.userId, id, fresh));
  }

  @Patch(':id')
  @Access({ session: true, stepUp: true })
  @ApiOperation({ summary: 'Change the name of an API key, or from where it may be used; it counts at once' })
  async change(
    @Param('id') id: string,
    @Body() { name, allowedIps }: ChangeKeyBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wanted = { ...(name !== undefined && { name }), ...(allowedIps !== undefined && { allowedIps }) };
    const position = await this.commands.execute(new ChangeApiKey(id, wanted, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetApiKey(asked.caller.userId, id, { after: position }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke one of your API keys' })
  async revoke(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new RevokeApiKey(id, asked)));
  }
}
