// Restores as specs use them over HTTP: plans them, executes plans, and lists what came of them.
import { pause } from '../../../src/supervision/pause';
import type { App } from '../servers/app';

export interface RestoreJob {
  readonly id: string;
  readonly status: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly [name: string]: unknown;
}
export interface PlanJob {
  readonly id: string;
  readonly status: string;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}
export interface PlanRow {
  readonly objectType: string;
  readonly recordId: string;
  readonly kind: string;
  readonly [name: string]: unknown;
}
type Page<T> = {
  readonly results: readonly T[];
  readonly paging?: { readonly next: { readonly after: string } };
};

export const confirm = { changesData: true, overwritesValues: true };

export class Restoring {
  /** A function, because specs make one before their app is started. */
  constructor(private readonly theApp: () => App) {}

  private get app(): App {
    return this.theApp();
  }

  async head(): Promise<string> {
    return String(await this.app.engine.eventStore.head());
  }

  async plan(body: object): Promise<PlanJob> {
    const { id } = await this.app.ok<PlanJob>('POST', '/restores/v1/plans', body);
    return this.made(id);
  }

  async made(planId: string): Promise<PlanJob> {
    return this.ended<PlanJob>(`/restores/v1/plans/${planId}`);
  }

  rows(planId: string): Promise<PlanRow[]> {
    return this.all(`/restores/v1/plans/${planId}/changes`);
  }

  async execute(planId: string, more: object = {}): Promise<RestoreJob> {
    const body = { confirm: { ...confirm, ...more }, totp: await this.app.awaitedTotp() };
    const { restoreId } = await this.app.ok<{ restoreId: string }>(
      'POST',
      `/restores/v1/plans/${planId}/execute`,
      body,
    );
    return this.ended<RestoreJob>(`/restores/v1/restores/${restoreId}`);
  }

  records(restoreId: string, outcome: string): Promise<PlanRow[]> {
    return this.all(`/restores/v1/restores/${restoreId}/records?outcome=${outcome}`);
  }

  async all<T>(path: string): Promise<T[]> {
    const results: T[] = [];
    for (let after = ''; ;) {
      const join = path.includes('?') ? '&' : '?';
      const page = await this.app.ok<Page<T>>('GET', `${path}${join}limit=100${after && `&after=${after}`}`);
      results.push(...page.results);
      if (!page.paging) return results;
      after = encodeURIComponent(page.paging.next.after);
    }
  }

  private async ended<T extends { readonly status: string }>(path: string): Promise<T> {
    for (;;) {
      const job = await this.app.ok<T>('GET', path);
      if (!['PLANNING', 'QUEUED', 'RUNNING'].includes(job.status)) return job;
      await pause(20);
    }
  }
}
