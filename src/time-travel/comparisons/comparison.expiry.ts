// The chore that deletes the rows of comparisons a week after they were made: they hold customers' values.
import { Injectable } from '@nestjs/common';
import { Streams } from '../../eventsourcing/streams';
import { Files } from '../../files/files';
import { Chore } from '../../jobs/chore';
import { sweepFiles } from '../../jobs/stored-files';
import type { Round } from '../../supervision/aside';
import { comparisonFiles } from './comparison.decider';

@Injectable()
export class ComparisonExpiry extends Chore {
  protected readonly part = 'chore:comparisons';

  constructor(
    readonly streams: Streams,
    readonly files: Files,
  ) {
    super();
  }

  sweep(round: Round, now: Date): Promise<void> {
    return sweepFiles(comparisonFiles, this, round, now);
  }
}
