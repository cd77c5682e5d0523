// Routes of comments on entries of the audit log: threads that are written, answered, edited, deleted and resolved.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandContext } from '../../caller';
import { Config } from '../../config';
import { Access } from '../../http/access';
import { baseUrl } from '../../http/answers/downloads';
import { page } from '../../http/answers/paging';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import type { Found } from '../../read/document-store';
import type { Freshness } from '../../read/read-models';
import { GetAuditEntry } from '../audit.queries';
import { AllThreadsQuery, CommentBody, EditCommentBody, ThreadsQuery } from './comment.bodies';
import { DeleteComment, EditComment, SettleThread, WriteComment } from './comment.commands';
import { GetComment, ListThreads, type ShownComment, type ShownThread } from './comment.queries';
import type { Thread } from './comment.vocabulary';

const READS = { scope: 'audit.read' };
const COMMENTS = { scope: ['audit.read', 'audit.comment'] };

@ApiTags('Audit log')
@Controller('audit/v1')
@Access(READS)
export class CommentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly config: Config,
  ) {}

  @Get('entries/:id/comments')
  @ApiOperation({ summary: 'List the threads of comments on an entry, oldest first' })
  async ofEntry(
    @Param('id') id: string,
    @Query() query: ThreadsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Req() request: FastifyRequest,
  ) {
    const { id: entryId } = await this.queries.execute(new GetAuditEntry(id, caller, fresh));
    const list = new ListThreads({ ...query, entryId, mentioned: false }, caller, fresh);
    return this.paged(await this.queries.execute(list), request);
  }

  @Post('entries/:id/comments')
  @Access(COMMENTS)
  @ApiOperation({
    summary: 'Comment on an entry, or answer a comment on it',
    description:
      'Whoever the text mentions (`@ann@example.com`) is told in the app and by mail, without the text.',
  })
  async write(
    @Param('id') id: string,
    @Body() { text, parentId }: CommentBody,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const written = await this.commands.execute(new WriteComment(id, text, parentId, asked));
    return this.written(written.commentId, written.position, asked, request, reply);
  }

  @Get('comments')
  @ApiOperation({ summary: 'List threads of comments on all entries, newest first' })
  async list(
    @Query() { mentioned, ...query }: AllThreadsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Req() request: FastifyRequest,
  ) {
    const list = new ListThreads({ ...query, mentioned: mentioned === 'me' }, caller, fresh);
    return this.paged(await this.queries.execute(list), request);
  }

  @Get('comments/:id')
  @ApiOperation({ summary: 'Read a comment with its thread' })
  async get(
    @Param('id') id: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Req() request: FastifyRequest,
  ) {
    const { thread, ...comment } = await this.queries.execute(new GetComment(id, caller, fresh));
    return { ...this.linked(comment, request), thread: this.linkedThread(thread, request) };
  }

  @Patch('comments/:id')
  @Access(COMMENTS)
  @ApiOperation({ summary: 'Edit a comment of yours; the former text is gone' })
  async edit(
    @Param('id') id: string,
    @Body() { text }: EditCommentBody,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new EditComment(id, text, asked));
    return this.written(id, position, asked, request, reply);
  }

  @Delete('comments/:id')
  @HttpCode(204)
  @Access(COMMENTS)
  @ApiOperation({
    summary: 'Delete a comment of yours, or as a super admin anybody’s; its text is gone',
    description: 'Where there are answers to it, it stays without text.',
  })
  async delete(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    positionHeader(reply, await this.commands.execute(new DeleteComment(id, asked)));
  }

  @Post('comments/:id/resolve')
  @HttpCode(200)
  @Access(COMMENTS)
  @ApiOperation({ summary: 'Resolve the thread of a comment' })
  resolve(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.settled(id, 'resolved', asked, request, reply);
  }

  @Post('comments/:id/reopen')
  @HttpCode(200)
  @Access(COMMENTS)
  @ApiOperation({ summary: 'Reopen the thread of a comment' })
  reopen(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.settled(id, 'open', asked, request, reply);
  }

  private async settled(
    id: string,
    to: Thread['state'],
    asked: CommandContext,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const position = await this.commands.execute(new SettleThread(id, to, asked));
    positionHeader(reply, position);
    const get = new GetComment(id, asked.caller, { after: position });
    return this.linkedThread((await this.queries.execute(get)).thread, request);
  }

  private async written(
    id: string,
    position: bigint,
    { caller }: CommandContext,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    positionHeader(reply, position);
    const get = new GetComment(id, caller, { after: position });
    const { thread: _, ...comment } = await this.queries.execute(get);
    return this.linked(comment, request);
  }

  private paged({ docs, ...found }: Found<ShownThread>, request: FastifyRequest) {
    return page({ ...found, docs: docs.map((thread) => this.linkedThread(thread, request)) });
  }

  private linkedThread({ comments, ...thread }: ShownThread, request: FastifyRequest) {
    return { ...thread, comments: comments.map((one) => this.linked(one, request)) };
  }

  private linked(comment: ShownComment, request: FastifyRequest) {
    const audit = `${baseUrl(this.config, request)}/audit/v1`;
    const links = { self: `${audit}/comments/${comment.id}`, entry: `${audit}/entries/${comment.entryId}` };
    return { ...comment, links };
  }
}
