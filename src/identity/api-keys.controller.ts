// /auth/v1/api-keys: made by a person, shown once.
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Request } from '../caller';
import { Access } from '../http/access';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { page, PageQuery } from '../http/paging';
import { text } from '../http/validation';
import type { Freshness } from '../read/read-models';
import { CreateApiKey, RevokeApiKey } from './api-key.commands';
import { GetApiKey, ListApiKeys } from './identity.queries';
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
  @ApiOperation({ summary: 'Make an API key; its token is shown once' })
  async create(
    @Body() { name, scopes }: ApiKeyBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, token, position } = await this.commands.execute(new CreateApiKey(name, scopes, asked));
    positionHeader(reply, position);
    void reply.header('Cache-Control', 'no-store');
    return { id, token, name, scopes };
  }

  @Get()
  @ApiOperation({ summary: 'List your API keys' })
  async list(@Query() paging: PageQuery, @Asked() { caller }: Request, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListApiKeys(caller.userId, paging, fresh)));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one of your API keys' })
  get(@Param('id') id: string, @Asked() { caller }: Request, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetApiKey(caller.userId, id, fresh));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke one of your API keys' })
  async revoke(
    @Param('id') id: string,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new RevokeApiKey(id, asked)));
  }
}
