// The module of mails to users.
import { Global, Module } from '@nestjs/common';
import { MailKinds } from './mail-kinds';
import { Mails } from './mails';

@Global()
@Module({ providers: [Mails, MailKinds], exports: [Mails, MailKinds] })
export class MailModule {}
