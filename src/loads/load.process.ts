// The job of a load: makes its plan, makes the definitions, brings in records and associates them. After a crash it goes
// on where it had stopped.
import type { CommandBus } from '@nestjs/cqrs';
import type { LoadDocument } from '../../projections/transfers/loads';
import { WrongArchive, ZipReading } from '../backups/archives/zip-reading';
import type { AssociationTypes } from '../crm/associations/types/association-types';
import type { Definitions } from '../crm/properties/definitions';
import type { RecordIds } from '../eventsourcing/ids';
import type { Streams } from '../eventsourcing/streams';
import type { Files } from '../files/files';
import { CsvBroken } from '../imports/rows/csv-rows';
import type { JobContext } from '../jobs/jobs';
import type { DocumentStore } from '../read/document-store';
import { endLoad, loadDecider, loadStream, startLoad, type Ending, type Load } from './load.decider';
import { LoadDefinitions } from './load-definitions';
import { removeLeftovers, runFile } from './load-files';
import { loadContext, loadMeta, stepIds, type LoadJob } from './load-meta';
import { LoadPasses, type Passing } from './load-passes';
import { LoadProgress, loadState, type LoadState } from './load-progress';
import { hasLinks, LoadFailed, missingCount, needed, rowsOf, type LoadPlan } from './plan/load-plan';
import type { PlanMaker } from './plan/plan-maker';
import { keepPlan, keptPlan, lackingText } from './plan/plan-view';
import { LinkLoader } from './rows/link-loader';
import { LoadedIds } from './rows/loaded-ids';
import { RecordLoader } from './rows/record-loader';

export interface LoadParts {
  readonly commands: CommandBus;
  readonly files: Files;
  readonly streams: Streams;
  readonly ids: RecordIds;
  readonly documents: DocumentStore;
  readonly definitions: Definitions;
  readonly associationTypes: AssociationTypes;
  readonly loadDefinitions: LoadDefinitions;
  readonly planMaker: PlanMaker;
  readonly scratchDir: string;
}

interface Run {
  readonly id: string;
  readonly job: LoadJob;
  readonly options: LoadDocument['options'];
  readonly progress: LoadProgress;
  readonly context: JobContext;
}

export class LoadProcess {
  constructor(private readonly parts: LoadParts) {}

  async run({ id, job, options }: LoadDocument, context: JobContext): Promise<void> {
    const { streams, documents, files } = this.parts;
    const { state } = await streams.load(loadDecider, loadStream(id));
    if (state.status === 'none' || state.status === 'ended') return;
    await streams.change(loadDecider, loadStream(id), startLoad, loadMeta(id, job, 'start'));
    const progress = await LoadProgress.resume(documents, files, id);
    let ending: Ending | undefined;
    try {
      const run = { id, job, options, progress, context };
      ending = progress.reached.ending ?? (await this.endingOf(run));
    } finally {
      await progress.close();
    }
    if (ending !== undefined) await this.end(id, job, ending, progress.reached);
  }

  /** Ends the load as failed; what it has brought in until then stays, and is counted. */
  async fail({ id, job }: LoadDocument, reason: string): Promise<void> {
    await this.end(id, job, { failed: reason }, await loadState(this.parts.documents, id));
  }

  private async end(id: string, job: LoadJob, ending: Ending, reached: LoadState): Promise<void> {
    const { streams, files } = this.parts;
    const end = (current: Load) => endLoad(current, ending, reached);
    const { state } = await streams.change(loadDecider, loadStream(id), end, loadMeta(id, job, 'end'));
    // What the ZIP held is in records now: it is no longer needed.
    if (state.status === 'ended') await removeLeftovers(files, id, state.keeps);
  }

  /** The ending of the load, once it is recorded; undefined where it goes on later. */
  private async endingOf(run: Run): Promise<Ending | undefined> {
    const ending = await this.opened(run).catch((error: unknown): Ending => {
      if (error instanceof LoadFailed) return { failed: error.message };
      if (error instanceof WrongArchive)
        return { failed: `The ZIP is not what it was to be: ${error.message}` };
      if (error instanceof CsvBroken) return { failed: `Row ${error.row}: ${error.message}` };
      throw error;
    });
    if (ending !== undefined) await run.progress.record(ending);
    return ending;
  }

  private async opened(run: Run): Promise<Ending | undefined> {
    const { files } = this.parts;
    const { path, bytes } = run.job.file;
    if ((await files.stat(path))?.bytes !== bytes)
      throw new LoadFailed('The ZIP is not there any more, or not as it was');
    const zip = await ZipReading.open(files.pathOf(path));
    try {
      return await this.carryOut(run, zip);
    } finally {
      zip.close();
    }
  }

  private async carryOut(run: Run, zip: ZipReading): Promise<Ending | undefined> {
    const { id, job, options, progress, context } = run;
    const { streams } = this.parts;
    const stopping = new AbortController();
    const stop = AbortSignal.any([context.signal, stopping.signal]);
    let total = 0;
    const record = async () => {
      await progress.record();
      const { rows } = progress.reached.counters;
      context.report(rows, Math.max(total, rows));
      const { state } = await streams.load(loadDecider, loadStream(id));
      if (state.status === 'cancelling' || state.status === 'ended') stopping.abort();
    };
    const ended = (): Ending | undefined => {
      if (stopping.signal.aborted) return 'cancelled';
      return context.signal.aborted ? undefined : 'completed';
    };
    await record();
    if (stop.aborted) return ended();
    const plan = await this.planned(run, zip, stop);
    if (plan === undefined) return ended();
    total = rowsOf(plan);
    await record();
    if (stop.aborted || options.dryRun) return ended();
    if (!options.createDefinitions && missingCount(needed(plan.missing)) > 0)
      throw new LoadFailed(lackingText(needed(plan.missing)));
    const numbers = await this.defined(run, plan);
    await record();
    const metaOf = (step: string) => loadMeta(id, job, step);
    await this.passes({ zip, plan, progress, record, stop, metaOf }, run, numbers);
    return ended();
  }

  /** The plan, made once; undefined where the load was stopped meanwhile. */
  private async planned({ id, options, progress, context }: Run, zip: ZipReading, signal: AbortSignal) {
    const { files, planMaker } = this.parts;
    const kept = progress.reached.plan;
    if (kept) return keptPlan(files, kept);
    try {
      // The ZIP is read once before its rows are carried out: progress says that something goes on.
      const report = (rows: number) => context.report(0, rows);
      const plan = await planMaker.plan({ zip, options, signal, report });
      await progress.list(
        plan.problems.map(({ file, ...problem }) => ({ file, row: 1, type: 'NOT_PLANNED', ...problem })),
      );
      await progress.list(
        plan.unknownOwners.map((owner) => ({
          ...{ file: 'definitions.json', row: 0, type: 'COULD_NOT_FIND_OWNER' },
          message: `Nobody here is the owner ${owner.slice(0, 100)}: values that name this owner are kept as they are`,
        })),
      );
      progress.planned(await keepPlan(files, runFile(id, 'plan'), plan));
      return plan;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Makes what is missing; answers the numbers here of all association types of the ZIP. */
  private async defined({ id, job, progress }: Run, plan: LoadPlan): Promise<ReadonlyMap<string, number>> {
    const { ids, loadDefinitions } = this.parts;
    if (plan.highestId !== undefined) await ids.pass(plan.highestId, loadMeta(id, job, 'ids-passed'));
    const contextOf = (step: string) => loadContext(id, job, step, ids);
    const made = await loadDefinitions.make(plan.missing, contextOf);
    if (!progress.has(0, 1)) {
      progress.count({ definitions: made.definitions });
      await progress.list(made.problems);
      progress.begin(1);
    }
    return new Map([...Object.entries(plan.associationTypes), ...made.numbers]);
  }

  private async passes(passing: Passing, { id, job }: Run, numbers: ReadonlyMap<string, number>) {
    const { commands, streams, files, definitions, associationTypes, scratchDir } = this.parts;
    const { plan, progress, stop } = passing;
    const passes = new LoadPasses(passing);
    const loader = new RecordLoader(commands, streams);
    const size = plan.records.reduce((sum, { rows }) => sum + rows, 0);
    const ids = stepIds(this.parts.ids, loadMeta(id, job, 'ids'), Math.max(1, size));
    let [pass, firstIndex] = [1, 0];
    for (const file of plan.records) {
      if (!stop.aborted) await passes.records(pass, file, definitions, loader, ids, firstIndex);
      pass += 1;
      firstIndex += file.rows;
    }
    const linked = plan.records.filter(hasLinks);
    if (stop.aborted || linked.length + plan.associations.length === 0) return;
    const loaded = await LoadedIds.of(files, progress.reached.ids, scratchDir);
    try {
      const links = new LinkLoader(commands, associationTypes, loaded, numbers);
      for (const file of linked) if (!stop.aborted) await passes.cells(pass++, file, links);
      for (const file of plan.associations) if (!stop.aborted) await passes.pairs(pass++, file, links);
    } finally {
      loaded.close();
    }
  }
}
