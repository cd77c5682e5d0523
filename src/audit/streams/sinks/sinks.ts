// Opens what a stream sends to.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config, publicUrl } from '../../../config';
import { Files } from '../../../files/files';
import type { Target } from '../stream-grants';
import type { StreamFormat } from '../stream.vocabulary';
import { StreamTimes } from '../stream-times';
import { FileSink } from './file-sink';
import type { Sink } from './sink';
import { SyslogSink } from './syslog-sink';
import { WebhookSink } from './webhook-sink';

/** The folder of files that streams write, below DATA_DIR. */
const FOLDER = 'siem';

@Injectable()
export class Sinks {
  private readonly files: Files;
  private readonly hostname: string;

  constructor(
    private readonly config: Config,
    private readonly times: StreamTimes,
  ) {
    this.files = new Files(join(config.DATA_DIR, FOLDER));
    // Who reads the messages knows the server by its public name; one that listens to itself alone has no other.
    this.hostname = config.PUBLIC_URL ? new URL(publicUrl(config)).hostname : hostname();
  }

  open(streamId: string, target: Target, format: StreamFormat): Sink {
    const { answerMs } = this.times;
    const privateToo = this.config.WEBHOOKS_PRIVATE;
    switch (target.kind) {
      case 'webhook':
        return new WebhookSink(streamId, target, format, { privateToo, answerMs });
      case 'syslog':
        return new SyslogSink(target, { privateToo, answerMs, hostname: this.hostname });
      case 'file':
        return new FileSink(this.files, target);
    }
  }
}
