// The job that compares two instants: has a thread write the rows, and records what came out.
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { comparisons, type ComparisonDocument } from '../../../projections/time-travel/comparisons';
import { records } from '../../../projections/crm/records';
import { FileJobs } from '../../jobs/file-jobs';
import { runInThread } from '../../jobs/thread.client';
import { ReadModels } from '../../read/read-models';
import { comparisonFailed, comparisonFiles, comparisonMade, type Comparison } from './comparison.decider';
import type { ComparisonEvents } from './comparison.events';
import type { MadeComparison } from './comparison-file';
import type { ComparisonTask } from './comparison.worker';

export const COMPARISONS = 'comparisons';

@Injectable()
export class ComparisonProcess implements OnModuleInit {
  constructor(
    private readonly jobs: FileJobs,
    private readonly readModels: ReadModels,
  ) {}

  onModuleInit(): void {
    this.jobs.register<ComparisonDocument, Comparison, ComparisonEvents, string, MadeComparison>({
      name: COMPARISONS,
      projection: comparisons,
      pending: { status: 'RUNNING' },
      stored: comparisonFiles,
      words: { file: 'comparison', built: 'made' },
      asked: ['comparison.requested.v1'],
      reads: [records],
      readsUpTo: ({ madeAt }) => madeAt,
      // No event tells of a start: the comparison names the file of the first run that says it is ready.
      start: () => [],
      runOf: (state) => (state.status === 'running' ? randomUUID() : undefined),
      build: async ({ from, to, objectTypes, properties }, places, context) => {
        const collection = await this.readModels.collection(records);
        const asked = { from: BigInt(from), to: BigInt(to), objectTypes, properties };
        const input: ComparisonTask = { ...places, ...asked, collection };
        const module = require.resolve('./comparison.worker');
        return runInThread<MadeComparison, ComparisonTask>({
          module,
          name: 'makeComparison',
          input,
          ...context,
        });
      },
      complete: (state, { file, built, at }) => comparisonMade(state, { file, ...built }, at),
      fail: comparisonFailed,
    });
  }
}
