// Queries for comments: threads on an entry or on all, one comment with its thread, and how many an entry has.
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { auditThreads, type AuditThreadDocument } from '../../../projections/audit/audit-threads';
import { type CommentedEntryDocument, commentedEntries } from '../../../projections/audit/commented-entries';
import { users } from '../../../projections/users';
import { GetSubscription } from '../../account/account.queries';
import type { Caller } from '../../caller';
import { mapConcurrently } from '../../crm/map-concurrently';
import { hasScope } from '../../identity/api-keys/scopes';
import type { Filter, Found } from '../../read/document-store';
import { ReadModels, type Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { requireShown } from '../entry-filters';
import { categories, visibleIn } from '../taxonomy';
import { CommentTexts } from './comment-texts';
import { type Thread, type ThreadComment, threadOf } from './comment.vocabulary';

interface Person {
  readonly id: string;
  readonly email?: string;
}

/** A comment as the API shows it. */
export interface ShownComment {
  readonly id: string;
  readonly threadId: string;
  readonly entryId: string;
  /** The comment that it answers; left out where it begins the thread. */
  readonly parentId?: string;
  readonly author: Person;
  /** Null once it is deleted. */
  readonly text: string | null;
  readonly deleted: boolean;
  readonly mentions: readonly Person[];
  readonly createdAt: string;
  readonly editedAt?: string;
  readonly can: { readonly edit: boolean; readonly delete: boolean };
}

export interface ShownThread {
  readonly id: string;
  readonly entryId: string;
  readonly state: Thread['state'];
  readonly comments: readonly ShownComment[];
}

/** How many comments an entry has, and how many threads of them are open and resolved. */
export interface CommentCounts {
  readonly total: number;
  readonly open: number;
  readonly resolved: number;
}

export function countsOf({ threads }: CommentedEntryDocument): CommentCounts {
  const all = Object.values(threads);
  const resolved = all.filter((thread) => thread.resolved).length;
  const total = all.reduce((sum, { comments }) => sum + comments, 0);
  return { total, open: all.length - resolved, resolved };
}

export class ListThreads extends Query<Found<ShownThread>> {
  constructor(
    readonly asked: {
      /** On all entries where it is left out. */
      readonly entryId?: string;
      readonly state: Thread['state'] | 'all';
      /** Those alone in which the caller is mentioned. */
      readonly mentioned: boolean;
      readonly limit: number;
      readonly after?: string | undefined;
    },
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

/** Refused with `audit-comment-unknown`, and with `tier-required` where the account's tier hides the entry. */
export class GetComment extends Query<ShownComment & { readonly thread: ShownThread }> {
  constructor(
    readonly commentId: string,
    readonly caller: Caller,
    readonly fresh: Freshness,
  ) {
    super();
  }
}

export class CountComments extends Query<ReadonlyMap<string, CommentCounts>> {
  constructor(
    readonly entryIds: readonly string[],
    readonly fresh: Freshness,
  ) {
    super();
  }
}

@QueryHandler(CountComments)
export class CountCommentsHandler implements IQueryHandler<CountComments> {
  constructor(private readonly readModels: ReadModels) {}

  async execute({ entryIds, fresh }: CountComments): Promise<ReadonlyMap<string, CommentCounts>> {
    const found = await this.readModels.getMany(commentedEntries, entryIds, fresh);
    return new Map([...found].map(([id, entry]) => [id, countsOf(entry)]));
  }
}

/** Puts into threads what was written, and who wrote it. */
export class ThreadShower {
  constructor(
    private readonly readModels: ReadModels,
    private readonly texts: CommentTexts,
  ) {}

  async shown(threads: readonly AuditThreadDocument[], caller: Caller): Promise<ShownThread[]> {
    const comments = threads.flatMap((thread) => thread.comments);
    const ids = new Set(comments.flatMap(({ authorId, mentions }) => [authorId, ...mentions]));
    const found = await this.readModels.getMany(users, [...ids]);
    const person = (id: string): Person => {
      const email = found.get(id)?.email;
      return { id, ...(email !== undefined && { email }) };
    };
    const texts = new Map(
      await mapConcurrently(comments, async ({ id, textId }) => {
        return [id, textId === null ? undefined : await this.texts.text(textId)] as const;
      }),
    );
    return threads.map((thread) => ({
      ...{ id: thread.id, entryId: thread.entryId, state: thread.state },
      comments: thread.comments.map((one) =>
        shownComment(thread, one, { caller, person, text: texts.get(one.id) ?? null }),
      ),
    }));
  }
}

interface With {
  readonly caller: Caller;
  readonly person: (id: string) => Person;
  readonly text: string | null;
}

function shownComment(
  { id: threadId, entryId }: AuditThreadDocument,
  comment: ThreadComment,
  { caller, person, text }: With,
): ShownComment {
  const { id, parentId, authorId, mentions, writtenAt, editedAt, deletedAt } = comment;
  const there = deletedAt === null && hasScope(caller, 'audit.comment');
  const own = authorId === caller.userId;
  return {
    ...{ id, threadId, entryId, ...(parentId !== null && { parentId }) },
    ...{ author: person(authorId), text, deleted: deletedAt !== null, mentions: mentions.map(person) },
    ...{ createdAt: writtenAt, ...(editedAt !== null && { editedAt }) },
    can: { edit: there && own, delete: there && (own || caller.superAdmin) },
  };
}

/** About so many comments make a page, whatever its threads are like: each may have 10,000 characters. */
const MOST_COMMENTS = 200;

/** How many of the first threads fit into a page: one at least. */
function fitting(threads: readonly AuditThreadDocument[]): number {
  let comments = 0;
  const beyond = threads.findIndex((thread) => (comments += thread.comments.length) > MOST_COMMENTS);
  return beyond < 0 ? threads.length : Math.max(1, beyond);
}

@QueryHandler(ListThreads)
export class ListThreadsHandler implements IQueryHandler<ListThreads> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly shower: ThreadShower,
  ) {}

  /** Of an entry oldest first, of all entries newest first. A page may hold fewer than it may. */
  async execute({ asked, caller, fresh }: ListThreads): Promise<Found<ShownThread>> {
    const { tier } = await this.queries.execute(new GetSubscription());
    const visible = visibleIn(tier).map(({ id }) => id);
    const { entryId, state, mentioned, limit, after } = asked;
    const filter: Filter = {
      ...(entryId !== undefined && { entryId }),
      ...(state !== 'all' && { state }),
      ...(mentioned && { [`mentioned.${caller.userId}`]: true }),
      ...(visible.length < categories.length && { category: { $in: visible } }),
    };
    const sort = [entryId === undefined ? '-position' : 'position'];
    const wanted = { filter, sort, limit, ...(after !== undefined && { after }) };
    let found = await this.readModels.find(auditThreads, wanted, fresh);
    const fit = fitting(found.docs);
    if (fit < found.docs.length)
      found = await this.readModels.find(auditThreads, { ...wanted, limit: fit }, { asItIs: true });
    return { ...found, docs: await this.shower.shown(found.docs, caller) };
  }
}

@QueryHandler(GetComment)
export class GetCommentHandler implements IQueryHandler<GetComment> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly queries: QueryBus,
    private readonly shower: ThreadShower,
  ) {}

  async execute({ commentId, caller, fresh }: GetComment) {
    const found = await this.readModels.get(auditThreads, threadOf(commentId), fresh);
    if (!found) throw new Refusal('audit-comment-unknown');
    requireShown([found.category], await this.queries.execute(new GetSubscription()));
    const [thread] = await this.shower.shown([found], caller);
    const comment = thread!.comments.find(({ id }) => id === commentId);
    if (!comment) throw new Refusal('audit-comment-unknown');
    return { ...comment, thread: thread! };
  }
}
