// The kinds of mail: each capability registers a function that composes its mails when they are sent, from ids alone.
import { Injectable } from '@nestjs/common';
import type { MailAbout } from './mail.events';

/**
 * What a mail says: plain text, which is escaped wherever it is written as HTML. Paragraphs, then a link, then a
 * warning, in the one layout that all mails share.
 */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** `path` begins with a slash and is put behind PUBLIC_URL; it may hold a one-time token made for this mail. */
  readonly link?: { readonly label: string; readonly path: string };
  readonly warning?: string;
}

/**
 * Composes a mail, at each try to send it; undefined where there is nothing to be told any more: the mail is dropped.
 * One-time tokens of links are made or derived here, so that none is ever in an event.
 */
export type Compose = (about: MailAbout, userId: string) => Letter | undefined | Promise<Letter | undefined>;

@Injectable()
export class MailKinds {
  private readonly kinds = new Map<string, Compose>();

  /** To be called when a module is initialised. A kind is registered once. */
  register(kind: string, compose: Compose): void {
    if (this.kinds.has(kind)) throw new Error(`The kind of mail ${kind} is registered twice`);
    this.kinds.set(kind, compose);
  }

  find(kind: string): Compose | undefined {
    return this.kinds.get(kind);
  }
}
