// Routes of /notifications/v1: what a person is told of, live too, and what they want to be told of.
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { notifications } from '../../projections/notifications/notifications';
import type { CommandContext } from '../caller';
import { Access } from '../http/access';
import { page } from '../http/answers/paging';
import { clientGone, progressStream } from '../http/answers/progress';
import { Asked, Fresh, positionHeader } from '../http/asked';
import { ReadModels, type Freshness } from '../read/read-models';
import { Refusal } from '../refusals';
import { LiveNotifications } from './shown/live-notifications';
import { MailsQuery, NotificationsQuery, PreferencesBody } from './notification.bodies';
import { ChangePreferences, ReadAllNotifications, ReadNotification } from './notification.commands';
import {
  GetNotification,
  GetPreferences,
  ListMails,
  ListNotifications,
  type NotificationView,
} from './notification.queries';

@ApiTags('Notifications')
@Access({ session: true })
@Controller('notifications/v1')
export class NotificationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly readModels: ReadModels,
    private readonly live: LiveNotifications,
  ) {}

  @Get('notifications')
  @ApiOperation({ summary: 'List your notifications, newest first, and how many are unread' })
  async list(
    @Query() { unread: which, ...paging }: NotificationsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const list = new ListNotifications(caller.userId, which, paging, fresh);
    const { unread, ...found } = await this.queries.execute(list);
    return { unread, ...page(found) };
  }

  @Post('notifications/:id/read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark one of your notifications as read' })
  async read(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NotificationView> {
    const position = await this.commands.execute(new ReadNotification(id, asked));
    positionHeader(reply, position);
    return this.queries.execute(new GetNotification(asked.caller.userId, id, { after: position }));
  }

  /** What is made while the request is under way stays unread. */
  @Post('read-all')
  @HttpCode(204)
  @ApiOperation({ summary: 'Mark all your notifications as read' })
  async readAll(
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const upTo = await this.readModels.wholeUpTo(notifications, fresh);
    positionHeader(reply, await this.commands.execute(new ReadAllNotifications(upTo, asked)));
  }

  /** The id of an event is the `position` of its notification; after it the stream goes on. */
  @Get('stream')
  @ApiOperation({ summary: 'Follow your notifications as server-sent events' })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'id of the last event that came, or the position of a notification: what came after it comes first',
  })
  stream(
    @Headers('last-event-id') lastEventId: string | undefined,
    @Asked() { caller }: CommandContext,
    @Res() reply: FastifyReply,
  ): FastifyReply {
    const source = this.live.follow(caller.userId, positionOf(lastEventId), clientGone(reply));
    return progressStream(reply, source, ({ position }) => position);
  }

  @Get('preferences')
  @ApiOperation({ summary: 'Read what you are told of, in the app and by mail' })
  async preferences(@Asked() { caller }: CommandContext) {
    return { preferences: await this.queries.execute(new GetPreferences(caller.userId)) };
  }

  @Put('preferences')
  @ApiOperation({ summary: 'Change what you are told of, in the app and by mail' })
  async changePreferences(
    @Body() { preferences }: PreferencesBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new ChangePreferences(preferences, asked)));
    return this.preferences(asked);
  }

  @Get('mails')
  @Access({ session: true, superAdmin: true })
  @ApiOperation({ summary: 'List mails to users, newest first, with what has become of them' })
  async mails(@Query() { status, ...paging }: MailsQuery, @Fresh() fresh: Freshness) {
    return page(await this.queries.execute(new ListMails(status, paging, fresh)));
  }
}

function positionOf(lastEventId: string | undefined): bigint | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (/^\d{1,19}$/.test(lastEventId)) return BigInt(lastEventId);
  const message = 'Last-Event-ID must be one position, a decimal number';
  throw new Refusal('input-invalid', { message, errors: [{ message, in: 'Last-Event-ID' }] });
}
