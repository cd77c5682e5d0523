// What Nest is told of comments on the audit log.
import { QueryBus } from '@nestjs/cqrs';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';
import { Vault } from '../../vault/vault';
import { CommentTexts } from './comment-texts';
import {
  CommentThreads,
  DeleteCommentHandler,
  EditCommentHandler,
  SettleThreadHandler,
  WriteCommentHandler,
} from './comment.commands';
import { CountCommentsHandler, GetCommentHandler, ListThreadsHandler, ThreadShower } from './comment.queries';
import { WithdrawCommentsHandler } from './comment.withdrawal';
import { Mentions } from './mentions';

export const commentProviders = [
  ...[WriteCommentHandler, EditCommentHandler, DeleteCommentHandler, SettleThreadHandler],
  ...[WithdrawCommentsHandler, ListThreadsHandler, GetCommentHandler, CountCommentsHandler],
  { provide: CommentTexts, useFactory: (vault: Vault) => new CommentTexts(vault), inject: [Vault] },
  { provide: Mentions, useFactory: (queries: QueryBus) => new Mentions(queries), inject: [QueryBus] },
  {
    provide: CommentThreads,
    useFactory: (streams: Streams, queries: QueryBus) => new CommentThreads(streams, queries),
    inject: [Streams, QueryBus],
  },
  {
    provide: ThreadShower,
    useFactory: (readModels: ReadModels, texts: CommentTexts) => new ThreadShower(readModels, texts),
    inject: [ReadModels, CommentTexts],
  },
];
