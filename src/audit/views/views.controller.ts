// Routes of /audit/v1/views: what to look at in the audit log, saved under a name.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { page } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { ChangeViewBody, CloneViewBody, DefaultViewBody, SaveViewBody, ViewsQuery } from './view.bodies';
import {
  ChangeAuditView,
  ChooseDefaultView,
  CloneAuditView,
  DeleteAuditView,
  SaveAuditView,
} from './view.commands';
import { GetAuditView, ListAuditViews, type ShownView } from './view.queries';

@ApiTags('Audit log')
@Controller('audit/v1/views')
@Access({ scope: 'audit.read' })
export class ViewsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the built-in views, yours, and those that are shared with everyone',
    description:
      'Built-in ones come first, then the others by name. `default` is the id of the one you see first.',
  })
  async list(
    @Query() { all, ...paging }: ViewsQuery,
    @Asked() { caller, command }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const list = new ListAuditViews(all, paging, { caller, now: command.at, fresh });
    const { first, ...found } = await this.queries.execute(list);
    return { default: first, ...page(found) };
  }

  @Post()
  @ApiOperation({
    summary: 'Save a view: a filter under a name, with order and columns',
    description:
      'It is yours, and private unless `visibility` is `everyone`. Names are unique among your views.',
  })
  async save(
    @Body() body: SaveViewBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownView> {
    const { name, filter, lastDays = null, sort = null, columns = null, visibility = 'private' } = body;
    const view = { name, filter, lastDays, sort, columns, visibility };
    const { viewId, position } = await this.commands.execute(new SaveAuditView(view, asked));
    return this.written(viewId, position, asked, reply);
  }

  @Put('default')
  @ApiOperation({ summary: 'Choose the view that you see first' })
  async choose(
    @Body() { view }: DefaultViewBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    positionHeader(reply, await this.commands.execute(new ChooseDefaultView(view, asked)));
    return { default: view };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one view; `invalid` says why its filter cannot be asked for any more' })
  get(@Param('id') id: string, @Asked() { caller, command }: CommandContext, @Fresh() fresh: Freshness) {
    return this.queries.execute(new GetAuditView(id, { caller, now: command.at, fresh }));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change, rename or share a view of yours; a super admin changes those of others, too',
    description: 'What is left out stays as it is; `filter` is replaced as a whole.',
  })
  async change(
    @Param('id') id: string,
    @Body() body: ChangeViewBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownView> {
    return this.written(id, await this.commands.execute(new ChangeAuditView(id, body, asked)), asked, reply);
  }

  @Post(':id/clone')
  @ApiOperation({ summary: 'Make a private copy of a view, also of a built-in or a shared one' })
  async clone(
    @Param('id') id: string,
    @Body() { name }: CloneViewBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownView> {
    const { viewId, position } = await this.commands.execute(new CloneAuditView(id, name, asked));
    return this.written(viewId, position, asked, reply);
  }

  @Post(':id/reset')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have a view show again what it showed when it was saved first' })
  async reset(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ShownView> {
    return this.written(
      id,
      await this.commands.execute(new ChangeAuditView(id, 'reset', asked)),
      asked,
      reply,
    );
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a view of yours; a super admin deletes those of others, too' })
  async delete(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteAuditView(id, asked)));
  }

  private written(id: string, position: bigint, { caller, command }: CommandContext, reply: FastifyReply) {
    positionHeader(reply, position);
    return this.queries.execute(
      new GetAuditView(id, { caller, now: command.at, fresh: { after: position } }),
    );
  }
}
