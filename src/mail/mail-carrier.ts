// Carries mails away: to the mail server of SMTP_URL, or without one into `.eml` files in the outbox folder.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { SendMailOptions } from 'nodemailer/lib/mailer';
import { Config, publicUrl } from '../config';
import { Files } from '../files/files';
import type { LaidOut } from './letter-layout';

/** `require`, not `import()`: jest cannot run the latter without flags. */
const load = createRequire(__filename);

/** Where mails lie without a mail server, below the data folder. */
const OUTBOX = 'outbox';

/**
 * Milliseconds until a connection, a greeting, and any further word of the server count as never coming. SMTP_URL may
 * say others.
 */
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 };

export interface Addressed extends LaidOut {
  readonly mailId: string;
  /** The address of the user. */
  readonly to: string;
  /** ISO time: that of the mail, whichever try sends it. */
  readonly date: string;
}

/** A mail was not taken. The message is shown to people: it quotes nothing that the server said. */
export class NotTaken extends Error {
  constructor(
    message: string,
    /** True: the server will never take this mail. */
    readonly forGood: boolean,
    override readonly cause: unknown,
  ) {
    super(message);
  }
}

@Injectable()
export class MailCarrier {
  readonly by: 'smtp' | 'outbox';
  private readonly outbox: Files;

  constructor(private readonly config: Config) {
    this.by = config.SMTP_URL === undefined ? 'outbox' : 'smtp';
    this.outbox = new Files(join(config.DATA_DIR, OUTBOX));
  }

  /**
   * Resolves once the server has taken the mail, or its file stands whole. Rejects with NotTaken; with anything else
   * where the signal aborts or the disk fails. A mail may be carried twice: both have the same Message-ID.
   */
  async carry(mail: Addressed, signal: AbortSignal): Promise<void> {
    const message = this.message(mail);
    if (this.config.SMTP_URL !== undefined) return this.bySmtp(this.config.SMTP_URL, message, signal);
    const { createTransport } = nodemailer();
    const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    const written = (await writer.sendMail(message)).message as Buffer;
    await this.outbox.write(`${mail.mailId}.eml`, Readable.from([written]), signal);
  }

  /** Removes what a crash left half written in the outbox. */
  async sweep(unchangedSince: Date): Promise<void> {
    await this.outbox.sweep({ each: async (_, work) => (await work(), true) }, unchangedSince);
  }

  private async bySmtp(url: string, message: SendMailOptions, signal: AbortSignal): Promise<void> {
    const transport = nodemailer().createTransport({ url, ...TIMEOUTS });
    try {
      await transport.sendMail({ ...message, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw notTaken(error);
    } finally {
      transport.close();
    }
  }

  private message({ mailId, to, date, ...laidOut }: Addressed): SendMailOptions {
    const from = this.config.MAIL_FROM ?? `Strata <strata@${new URL(publicUrl(this.config)).hostname}>`;
    const domain = from.replace(/^.*@|>$/g, '');
    return {
      ...{ from, to, date: new Date(date), ...laidOut },
      messageId: `<${mailId}@${domain}>`,
      // No machine should answer this mail.
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    };
  }
}

/** Loaded with the first mail: most processes never send one. */
const nodemailer = () => load('nodemailer') as typeof import('nodemailer');

function notTaken(error: unknown): NotTaken {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (responseCode === undefined) return new NotTaken(WHY[code ?? ''] ?? OTHERWISE, false, error);
  // Refused by the answer to a sender, a recipient or the mail itself; a refused login is for the operator to mend.
  const forGood = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  return new NotTaken(`The mail server answered ${responseCode}`, forGood, error);
}

const OTHERWISE = 'The mail server could not be reached, or broke off';
const WHY: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'The mail server did not answer in time',
  EDNS: 'The mail server was not found',
  EAUTH: 'The mail server refused the login',
  ETLS: 'There is no secure connection to the mail server',
};
