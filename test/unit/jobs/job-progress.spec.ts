// Progress is shown, not relied on: where it cannot be written that is told, for no longer than the job runs.
import { JobProgress } from '../../../src/jobs/job-progress';
import type { DocumentStore } from '../../../src/read/document-store';
import { FaultsSeen } from '../../support/faults-seen';

test('progress that could not be written is a fault until the job is over', async () => {
  const faults = new FaultsSeen();
  const documents = { setState: () => Promise.reject(new Error('gone')) } as Partial<DocumentStore>;
  const { report, flush } = new JobProgress(documents as DocumentStore, faults).reporter('export', '1');
  report(1, 2);
  await new Promise(setImmediate);
  expect([...faults.failing]).toEqual(['progress']);
  await flush();
  expect([...faults.failing]).toEqual([]);
});
