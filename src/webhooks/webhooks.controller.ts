// Routes of /webhooks/v1: subscriptions to what happens to records, what they failed to deliver, and the feed.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { page, PageQuery } from '../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../http/asked';
import type { Freshness } from '../read/read-models';
import { FollowEvents } from './feed.queries';
import { ChangeWebhookBody, FeedQuery, ResendBody, RotateSecretBody, WebhookBody } from './webhook.bodies';
import { ChangeWebhook, CreateWebhook, DeleteWebhook } from './webhook.commands';
import { ResendFailures, RotateSecret } from './webhook-deliveries.commands';
import { GetWebhook, ListFailures, ListWebhooks } from './webhook.queries';
import { TestWebhook, type Tested } from './webhook-test.commands';
import type { WebhookEventName } from './webhook.vocabulary';

const FOR_ADMINS = { scope: 'settings', superAdmin: true };

@ApiTags('Webhooks')
@Access(FOR_ADMINS)
@Controller('webhooks/v1')
export class WebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('subscriptions')
  @Access({ ...FOR_ADMINS, stepUp: true })
  @ApiOperation({ summary: 'Subscribe a receiver to what happens to records; its secret is shown once' })
  async create(
    @Body() body: WebhookBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { id, secret, position } = await this.commands.execute(new CreateWebhook(body, asked));
    positionHeader(reply, position);
    return { ...(await this.queries.execute(new GetWebhook(id, { after: position }))), secret };
  }

  @Get('subscriptions')
  @ApiOperation({ summary: 'List subscriptions, newest first, and how far each is' })
  async list(@Query() paging: PageQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListWebhooks(paging, fresh)));
  }

  @Get('subscriptions/:id')
  @ApiOperation({ summary: 'Read one subscription, and how far it is' })
  get(@Param('id') id: string, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetWebhook(id, fresh));
  }

  @Patch('subscriptions/:id')
  @ApiOperation({
    summary: 'Change, pause or resume a subscription, or have it go on from another position',
    description:
      'What is left out stays as it is. A session needs a step-up to change where it goes and what it tells.',
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeWebhookBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new ChangeWebhook(id, body, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetWebhook(id, { after: position }));
  }

  @Delete('subscriptions/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a subscription, with what waits and what failed' })
  async delete(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteWebhook(id, asked)));
  }

  @Post('subscriptions/:id/rotate')
  @HttpCode(200)
  @Access({ ...FOR_ADMINS, stepUp: true })
  @ApiOperation({
    summary: 'Give a subscription another secret, shown once; the one before signs as well for a while',
  })
  async rotate(
    @Param('id') id: string,
    @Body() { overlapSeconds }: RotateSecretBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rotate = new RotateSecret(id, overlapSeconds * 1000, asked);
    const { position, ...rotated } = await this.commands.execute(rotate);
    positionHeader(reply, position);
    return { id, ...rotated };
  }

  @Post('subscriptions/:id/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send the receiver one message now, and tell whether it takes it',
    description:
      'A list with one message of the type `object.test`, signed as all are. What waits and what has failed stays as it is.',
  })
  test(@Param('id') id: string, @Asked() asked: CommandContext): Promise<Tested> {
    return this.commands.execute(new TestWebhook(id, asked));
  }

  @Get('subscriptions/:id/failures')
  @ApiOperation({ summary: 'List what a subscription failed to deliver, in the order of the log' })
  async failures(@Param('id') id: string, @Query() paging: PageQuery) {
    return page(await this.queries.execute(new ListFailures(id, paging)));
  }

  @Post('subscriptions/:id/failures')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send failures again' })
  async resend(
    @Param('id') id: string,
    @Body() { ids }: ResendBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new ResendFailures(id, ids ?? null, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetWebhook(id, { after: position }));
  }

  /** Judged by type of record. Whoever may read of none, and names none, is told of none. */
  @Get('events')
  @Access()
  @ApiOperation({
    summary: 'Ask what happened to records after a position, as webhooks tell it',
    description:
      'A request looks at a bounded part of the log: `after` says where to go on, also where nothing was found, and `more` whether there is more at once. It takes the right to view all records of each type.',
  })
  async events(@Query() query: FeedQuery, @Asked() { caller }: CommandContext) {
    const { after: text, limit, events, objectTypes, properties, ...told } = query;
    const after = text === undefined || text === 'now' ? text : BigInt(text);
    const wished = {
      ...{ properties, told },
      ...(objectTypes && { objectTypes }),
      ...(events && { events: events as WebhookEventName[] }),
    };
    const found = await this.queries.execute(new FollowEvents(after, limit, wished, caller));
    return { ...found, ...(found.more && { paging: { next: { after: found.after } } }) };
  }
}
