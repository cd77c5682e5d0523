// The module of mails to users.
import { Global, Module } from '@nestjs/common';
import { MailCarrier } from './mail-carrier';
import { MailKinds } from './mail-kinds';
import { MailProcess } from './mail.process';
import { Mails } from './mails';

@Global()
@Module({ providers: [Mails, MailKinds, MailCarrier, MailProcess], exports: [Mails, MailKinds, MailCarrier] })
export class MailModule {}
