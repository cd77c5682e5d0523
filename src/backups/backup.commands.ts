// Commands on backups: request one, cancel it, rebuild its file, download it, make a link to it.
import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { GetSubscription } from '../account/account.queries';
import { asAsked, metaOf, newId, type CommandContext } from '../caller';
import { Config } from '../config';
import { Definitions } from '../crm/properties/definitions';
import { holdsSensitiveAt } from '../crm/properties/sensitive-at';
import type { FindType } from '../crm/schemas/object-type.vocabulary';
import { ObjectTypes } from '../crm/schemas/object-types-known';
import type { Changed } from '../eventsourcing/streams';
import { Streams } from '../eventsourcing/streams';
import { Files } from '../files/files';
import { FileLinks, type DraftedLink } from '../identity/file-links';
import { timeOf } from '../point-in-time/time-of';
import { positionOfInstant, TimeIndex } from '../read/time-index';
import { Refusal } from '../refusals';
import { SignedLinks } from '../vault/signed-links';
import {
  backup,
  backupStream,
  cancelBackup,
  downloadBackup,
  fileOf,
  linkBackup,
  rebuildBackup,
  requestBackup,
  type Backup,
  type BackupFile,
} from './backup.decider';
import {
  ACCOUNT_BACKUPS,
  accountBackups,
  allowBackup,
  quotaOf,
  recent,
  recentFor,
  type Allowed,
} from './backup-quota.decider';
import type { BackupEvents } from './backup.events';

type ChangedBackup = Changed<Backup, BackupEvents>;

/**
 * What is backed up: a time, or a position as text, of this log or (`LOG:POSITION`) of one that it was brought from.
 * Undefined means now.
 */
export type AsOf = { readonly position: string } | { readonly time: Date } | undefined;

/** Milliseconds for which an allowed backup uses up the quota before its request is recorded: it may be on its way. */
const IN_FLIGHT_MS = 30_000;

/** The backup that a request has led to. */
export interface Requested {
  readonly backupId: string;
  /** Position of the backup's last event. */
  readonly position: bigint;
}

/** A backup that the schedule has due. */
export interface DueBackup {
  readonly backupId: string;
  readonly dueAt: Date;
  readonly timeZone: string;
}

export class RequestBackup extends Command<Requested> {
  constructor(
    readonly asOf: AsOf,
    /** Object types by any of their names; all types where it is left out. */
    readonly objectTypes: readonly string[] | undefined,
    readonly asked: CommandContext,
    readonly due?: DueBackup,
  ) {
    super();
  }
}

@CommandHandler(RequestBackup)
export class RequestBackupHandler implements ICommandHandler<RequestBackup> {
  constructor(
    private readonly streams: Streams,
    private readonly timeIndex: TimeIndex,
    private readonly config: Config,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
    private readonly definitions: Definitions,
  ) {}

  async execute({ asOf, objectTypes, asked, due }: RequestBackup): Promise<Requested> {
    const backupId = due?.backupId ?? (await newId(asked.command));
    const fixed = await this.fixed(asOf, new Date(asked.command.at));
    const names = objectTypes?.length ? namesOf(objectTypes, await this.objectTypes.finder()) : null;
    const sensitive = await this.sensitive(names, BigInt(fixed.position));
    const request = {
      backupId,
      ...fixed,
      objectTypes: names,
      sensitive,
      dueAt: due?.dueAt.toISOString() ?? null,
    };
    const { mayRepeat } = asked.command;
    const own = due ? ([metaOf(asked, { type: 'SYSTEM' }), { mayRepeat }] as const) : asAsked(asked);
    const allow = async (state: readonly Allowed[]) =>
      this.allow(state, backupId, new Date(asked.command.at), due);
    await this.streams.change(accountBackups, ACCOUNT_BACKUPS, allow, ...own);
    const decide = (state: Backup) => requestBackup(state, request);
    const { position } = await this.streams.change(backup, backupStream(backupId), decide, ...own);
    return { backupId, position };
  }

  /** The position of the backup, fixed before anything is written: the head where none is asked for. */
  private async fixed(asOf: AsOf, now: Date): Promise<{ position: string; asOf: string }> {
    if (asOf && 'time' in asOf) {
      if (asOf.time > now) throw new Refusal('backup-as-of-future');
      const found = await this.timeIndex.positionAt(asOf.time);
      // Before the log began the account was as empty as at its first position.
      const position = found < 0n ? 0n : found;
      return { position: String(position), asOf: asOf.time.toISOString() };
    }
    const head = await this.streams.store.head();
    const found = asOf ? await this.atOrBefore(asOf.position, head) : head;
    const position = found < 0n ? 0n : found;
    const time = await timeOf(this.streams.store, position);
    return { position: String(position), asOf: time.toISOString() };
  }

  private async atOrBefore(position: string, head: bigint): Promise<bigint> {
    if (/^\d+$/.test(position) && BigInt(position) > head) throw new Refusal('backup-as-of-future');
    return positionOfInstant({ asOf: position, field: 'asOf' }, head, this.timeIndex);
  }

  private async sensitive(names: readonly string[] | null, position: bigint): Promise<boolean> {
    for (const name of names ?? (await this.objectTypes.all()).map((type) => type.name))
      if (await holdsSensitiveAt(this.definitions, this.streams, name, position)) return true;
    return false;
  }

  private async allow(state: readonly Allowed[], backupId: string, now: Date, due: DueBackup | undefined) {
    const { tier } = await this.queries.execute(new GetSubscription());
    const quota = quotaOf(this.config.BACKUP_QUOTA, tier);
    const counted: Allowed[] = [];
    const within = quota ? (due ? recentFor(state, quota, due) : recent(state, quota, now)) : [];
    for (const allowed of within) if (await this.counts(allowed, now)) counted.push(allowed);
    return allowBackup(backupId, counted, quota, now, due?.dueAt);
  }

  /**
   * Whether an allowed backup uses up the quota: not if it was cancelled or has failed, unless it had been completed
   * before.
   */
  private async counts({ backupId, at }: Allowed, now: Date): Promise<boolean> {
    const { state } = await this.streams.load(backup, backupStream(backupId));
    if (state.status === 'none') return Date.parse(at) > now.getTime() - IN_FLIGHT_MS;
    return state.completed || (state.status !== 'cancelled' && state.status !== 'failed');
  }
}

export function namesOf(aliases: readonly string[], find: FindType): readonly string[] {
  const found = aliases.map((alias, i) => {
    const type = find(alias);
    if (type) return type.name;
    const message = `objectTypes.${i} is not an object type`;
    throw new Refusal('input-invalid', { message, errors: [{ message, in: 'objectTypes' }] });
  });
  return [...new Set(found)].sort();
}

export class CancelBackup extends Command<ChangedBackup> {
  constructor(
    readonly backupId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelBackup)
export class CancelBackupHandler implements ICommandHandler<CancelBackup> {
  constructor(private readonly streams: Streams) {}

  execute({ backupId, asked }: CancelBackup): Promise<ChangedBackup> {
    return this.streams.change(backup, backupStream(backupId), cancelBackup, ...asAsked(asked));
  }
}

export class RebuildBackup extends Command<ChangedBackup> {
  constructor(
    readonly backupId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RebuildBackup)
export class RebuildBackupHandler implements ICommandHandler<RebuildBackup> {
  constructor(private readonly streams: Streams) {}

  execute({ backupId, asked }: RebuildBackup): Promise<ChangedBackup> {
    return this.streams.change(backup, backupStream(backupId), rebuildBackup, ...asAsked(asked));
  }
}

/** Records who downloads the file, before the first byte leaves, and answers the file to send. */
export class DownloadBackup extends Command<BackupFile> {
  constructor(
    readonly backupId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(DownloadBackup)
export class DownloadBackupHandler implements ICommandHandler<DownloadBackup> {
  constructor(
    private readonly streams: Streams,
    private readonly files: Files,
  ) {}

  async execute({ backupId, asked }: DownloadBackup): Promise<BackupFile> {
    const now = new Date(asked.command.at);
    const decide = async (state: Backup) => {
      const events = downloadBackup(state, asked.caller.userId, now);
      // Nobody has downloaded what is not there.
      await this.files.mustBeThere(fileOf(state, now));
      return events;
    };
    const { state } = await this.streams.change(backup, backupStream(backupId), decide, metaOf(asked));
    return fileOf(state, now);
  }
}

/** Milliseconds, few of them: a link ends up in mails, chats and histories. */
const LINK_VALID_MS = 15 * 60_000;

export const backupLinks = new SignedLinks('backup-download-link', '/backups/v1/downloads');

/** Makes a link to the file, a new one each time. */
export class LinkBackup extends Command<DraftedLink & { readonly position: bigint }> {
  constructor(
    readonly backupId: string,
    readonly asked: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(LinkBackup)
export class LinkBackupHandler implements ICommandHandler<LinkBackup> {
  constructor(
    private readonly streams: Streams,
    private readonly links: FileLinks,
  ) {}

  async execute({ backupId, asked }: LinkBackup) {
    const link = await this.links.draft(backupLinks, backupId, asked, LINK_VALID_MS);
    const { id: linkId, expiresAt } = link;
    const decide = (state: Backup) => linkBackup(state, { linkId, expiresAt });
    const meta = { ...metaOf(asked), commandId: randomUUID() };
    const { position } = await this.streams.change(backup, backupStream(backupId), decide, meta);
    return { ...link, position };
  }
}
