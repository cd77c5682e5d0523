// Routes of /auth/v1/api-keys: a person makes API keys, and the token of each is shown once.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
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
import { CreateApiKey, RevokeApiKey } from './api-key.commands';
import { GetApiKey, ListApiKeys } from './api-key.queries';
import { knownScopes } from './scopes';

const scope = z
  .string()
  .max(100)
  .refine((name) => knownScopes.has(name), { error: ({ input }) => `${String(input)} is not a scope` });

class ApiKeyBody extends createZodDto(
  z.strictObject({
    name: text({ least: 1, most: 200 }),
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
  }),
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
    @Body() { name, scopes, expiresAt: asksFor }: ApiKeyBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new CreateApiKey(name, scopes, asksFor, asked);
    const { id, token, expiresAt, position } = await this.commands.execute(command);
    positionHeader(reply, position);
    return { id, token, name, scopes, expiresAt };
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
