// What happens in the demo: sample data comes in and is backed up, a key spoils it, the audit log says who it was, a plan
// brings everything back but what a colleague has put right meanwhile, and all of it is proved.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authenticator } from 'otplib';
import { strata } from '../../src/command-line/strata';
import type { Engine } from '../../src/engine';
import { Invitations } from '../../src/identity/users/invitations';
import { outcomesTold } from '../../src/notifications/told-counts.vocabulary';
import { Api, type Page, type Progress } from './api';
import { follow, point, say, step } from './report';
import { importForm, sampleFiles, type SampleFile } from './sample';

export const ADMIN = { email: 'admin@strata.example', password: 'correct horse battery staple' };
const LIN = { email: 'lin@strata.example', password: 'a horse of another colour' };
const KEY = 'Pricing sync';
const STEP_MS = 30_000;
const BATCH = 100;
const SPOILED_CONTACTS = 2_000;
const PUT_RIGHT = '48000';
const n = (value: number) => value.toLocaleString('en-US');

interface Job {
  readonly id: string;
  readonly status: string;
  readonly progress?: Progress;
}
interface Backup extends Job {
  readonly position: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly bytes?: number;
}
interface Row {
  readonly occurredAt: string;
  readonly summary: string;
  readonly actor: {
    readonly type: string;
    readonly id: string;
    readonly name?: string;
    readonly email?: string;
  };
  readonly changes?: Readonly<Record<string, { readonly from: string; readonly to: string }>>;
}
type Values = Readonly<Record<string, string>>;

const PROPERTIES = {
  contacts: ['email', 'firstname', 'lastname', 'phone', 'jobtitle', 'city', 'lifecyclestage'],
  companies: ['name', 'domain', 'industry', 'city', 'country', 'annualrevenue'],
  deals: ['dealname', 'amount', 'dealstage', 'closedate'],
};

/** A code of the second factor, for the current half minute or a later one: a spent code is refused. */
const codeOf = (secret: string, stepsFromNow: number): string =>
  authenticator.clone({ epoch: Date.now() + stepsFromNow * STEP_MS }).generate(secret);

export class Story {
  private secret = '';
  private keyId = '';
  private backup!: Backup;
  private deal!: { readonly id: string; readonly before: Values };
  private before = { hash: '', values: 0 };
  private planId = '';
  private recoveryCodes: readonly string[] = [];

  constructor(
    private readonly api: Api,
    private readonly engine: Engine,
    private readonly folder: string,
    /** How much of the sample: 1 is all of it. */
    private readonly scale: number,
  ) {}

  async tell(): Promise<void> {
    await step('Sign in as the first super admin', () => this.signIn());
    await step('Set up a second factor: restores ask for one', () => this.secondFactor());
    for (const file of sampleFiles(this.scale))
      await step(`Import ${n(file.rows)} ${file.objectType}`, () => this.importFile(file));
    await step('Back up', () => this.backUp());
    await step('Look at one deal, and fingerprint every value', () => this.look());
    await step(`Damage: an API key, "${KEY}", writes nonsense`, () => this.damage());
    await step('Look at the deal again', () => this.lookAgain('damaged'));
    await step('Find out who it was, in the audit log', () => this.findCulprit());
    await step('Plan to go back to the backup', () => this.plan());
    await step('Meanwhile a colleague, Lin, puts one deal right by hand', () => this.colleague());
    await step('Carry the plan out', () => this.restore());
    await step('Prove that every other value is back', () => this.prove());
    await step('Check the file of the backup, without the server', () => this.verify());
    await step('Check that the audit log tells of everything', () => this.complete());
    this.conclude();
  }

  private async signIn(): Promise<string> {
    this.api.token = (await this.api.post<{ accessToken: string }>('/auth/v1/login', ADMIN)).accessToken;
    return ADMIN.email;
  }

  /** What the admin proves with, once the story has been told: the secret for codes, and codes for when it is lost. */
  get factor(): { readonly secret: string; readonly recoveryCodes: readonly string[] } {
    return { secret: this.secret, recoveryCodes: this.recoveryCodes };
  }

  private async secondFactor(): Promise<string> {
    ({ secret: this.secret } = await this.api.post<{ secret: string }>('/auth/v1/2fa/enroll'));
    const totp = codeOf(this.secret, -1);
    ({ recoveryCodes: this.recoveryCodes } = await this.api.post<{ recoveryCodes: string[] }>(
      '/auth/v1/2fa/activate',
      { totp },
    ));
    return `active, with ${this.recoveryCodes.length} recovery codes`;
  }

  private async importFile(file: SampleFile): Promise<string> {
    const { id } = await this.api.call<{ id: string }>('POST', '/crm/v3/imports', importForm(file));
    let done = 0;
    await follow(async () => {
      const { state, metadata } = await this.api.get<{
        state: string;
        metadata: { counters: Record<string, number> };
      }>(`/crm/v3/imports/${id}`);
      if (state === 'FAILED' || state === 'CANCELED') throw new Error(`The import ended as ${state}`);
      done = metadata.counters['CREATED_OBJECTS'] ?? 0;
      return { progress: { done, total: file.rows }, ended: state === 'DONE' };
    });
    return `${n(done)} rows of CSV, a record each`;
  }

  private async backUp(): Promise<string> {
    const { id } = await this.api.post<Job>('/backups/v1/backups');
    this.backup = await this.job<Backup>(`/backups/v1/backups/${id}`, 'COMPLETED');
    const { counts, position, bytes = 0 } = this.backup;
    const records = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return `${n(records)} records, exact at position ${position} of the log, ${n(bytes)} bytes`;
  }

  private async look(): Promise<string> {
    const [first] = (await this.api.get<Page<{ id: string }>>('/crm/v3/objects/deals?limit=1')).results;
    this.deal = { id: first!.id, before: await this.valuesOf(first!.id) };
    this.before = await this.fingerprint();
    return `${told('before', this.deal.before)}. All: ${n(this.before.values)} values, SHA-256 ${short(this.before.hash)}`;
  }

  private async damage(): Promise<string> {
    const asked = { name: KEY, scopes: ['crm.objects.contacts.write', 'crm.objects.deals.write'] };
    const { id, token } = await this.api.post<{ id: string; token: string }>('/auth/v1/api-keys', asked);
    this.keyId = id;
    const contacts = (await this.idsOf('contacts')).slice(0, SPOILED_CONTACTS);
    const deals = await this.idsOf('deals');
    const key = new Api(this.api.url);
    key.token = token;
    const total = contacts.length + deals.length;
    let done = 0;
    const counting = follow(async () => ({ progress: { done, total }, ended: done >= total }));
    const spoil = async (type: string, ids: readonly string[], properties: object) => {
      for (let at = 0; at < ids.length; at += BATCH) {
        const inputs = ids.slice(at, at + BATCH).map((record) => ({ id: record, properties }));
        await key.post(`/crm/v3/objects/${type}/batch/update`, { inputs });
        done += inputs.length;
      }
    };
    await spoil('contacts', contacts, { jobtitle: 'n/a', phone: '', city: 'Nowhere' });
    await spoil('deals', deals, { amount: '0' });
    await counting;
    return `${n(contacts.length * 3 + deals.length)} values overwritten or cleared`;
  }

  private async lookAgain(when: string): Promise<string> {
    return told(when, await this.valuesOf(this.deal.id));
  }

  private async findCulprit(): Promise<string> {
    const path = `/audit/v1/entries?targetType=deals&targetId=${this.deal.id}&property=amount&include=changes`;
    const [row] = (await this.api.get<Page<Row>>(`${path}&limit=1`)).results;
    const { actor, changes, occurredAt, summary } = row!;
    if (actor.id !== this.keyId) throw new Error('The audit log names somebody else');
    const { from, to } = changes!['amount']!;
    return `${occurredAt} ${summary}, amount from ${from} to ${to}: by the API key "${actor.name}" of ${actor.email}`;
  }

  private async plan(): Promise<string> {
    const { id } = await this.api.post<Job>('/restores/v1/plans', {
      source: { backupId: this.backup.id },
      objects: Object.keys(PROPERTIES).map((objectType) => ({ objectType, properties: '*' })),
    });
    const path = `/restores/v1/plans/${id}`;
    const { summary } = await this.job<Job & { summary: { changes: number; records: number } }>(
      path,
      'READY',
    );
    this.planId = id;
    const query = `objectType=deals&limit=200`;
    const { results } = await this.api.get<Page<{ recordId: string; changes: Row['changes'] }>>(
      `${path}/changes?${query}`,
    );
    const { from, to } = results.find(({ recordId }) => recordId === this.deal.id)!.changes!['amount']!;
    return `${n(summary.changes)} changes in ${n(summary.records)} records, nothing done yet; of our deal: amount from ${from} to ${to}`;
  }

  /** Whoever is invited gets a mail; here the link in it is made at once. */
  private async colleague(): Promise<string> {
    const asked = { email: LIN.email, roleId: 'sales', sendWelcomeEmail: false };
    const { id } = await this.api.post<{ id: string }>('/settings/v3/users', asked);
    const token = new Invitations(this.engine.vault).token({ userId: id, invitation: 1 });
    const lin = new Api(this.api.url);
    await lin.post('/auth/v1/invitations/accept', { token, password: LIN.password });
    await this.api.call('PATCH', `/crm/v3/objects/deals/${this.deal.id}`, {
      properties: { hubspot_owner_id: await this.ownerId(LIN.email) },
    });
    lin.token = (await lin.post<{ accessToken: string }>('/auth/v1/login', LIN)).accessToken;
    await lin.call('PATCH', `/crm/v3/objects/deals/${this.deal.id}`, { properties: { amount: PUT_RIGHT } });
    return this.lookAgain('put right');
  }

  private async ownerId(email: string): Promise<string> {
    const { results } = await this.api.get<Page<{ id: string; email: string }>>(
      `/crm/v3/owners?email=${email}`,
    );
    return results[0]!.id;
  }

  private async restore(): Promise<string> {
    const { restoreId } = await this.api.post<{ restoreId: string }>(
      `/restores/v1/plans/${this.planId}/execute`,
      {
        confirm: { changesData: true, overwritesValues: true, reason: 'Nonsense written by a key' },
        totp: codeOf(this.secret, 0),
      },
    );
    const path = `/restores/v1/restores/${restoreId}`;
    const { outcomes } = await this.job<Job & { outcomes: Record<string, number> }>(path, 'COMPLETED');
    if (outcomes['drifted'] !== 1) throw new Error('The edit of the colleague was not left alone');
    return outcomesTold(outcomes);
  }

  private async prove(): Promise<string> {
    const { amount, ...others } = await this.valuesOf(this.deal.id);
    const { amount: _, ...before } = this.deal.before;
    if (amount !== PUT_RIGHT) throw new Error('The edit of the colleague is lost');
    if (JSON.stringify(others) !== JSON.stringify(before)) throw new Error('The deal differs');
    const after = await this.fingerprint();
    if (after.hash !== this.before.hash) throw new Error('The values differ from those before the damage');
    return `${n(after.values)} values, SHA-256 ${short(after.hash)}: the same. ${await this.lookAgain('now')}`;
  }

  private async verify(): Promise<string> {
    const file = join(this.folder, 'backup.zip');
    await writeFile(file, await this.api.bytes(`/backups/v1/backups/${this.backup.id}/file`), {
      mode: 0o600,
    });
    const lines: string[] = [];
    const code = await strata(['verify', file], {
      out: (line) => lines.push(line),
      error: (line) => lines.push(line),
    });
    if (code !== 0) throw new Error(lines.join(' '));
    return lines.join(' ').replace(file, 'strata verify backup.zip');
  }

  private async complete(): Promise<string> {
    const { events, rows, internal, complete } = await this.api.get<{
      events: number;
      rows: number;
      internal: number;
      complete: boolean;
    }>('/audit/v1/completeness');
    if (!complete) throw new Error('The audit log is not complete');
    return `${n(events)} events: ${n(rows)} rows, ${n(internal)} that are nobody's act, none without either`;
  }

  private conclude(): void {
    say('\nWhat was proved');
    point('A backup is exact at one position, and its file can be checked by itself.');
    point('A plan says what it will change, and its execution did just that.');
    point(`What was changed after the plan was made stands: Lin's ${PUT_RIGHT}.`);
    point('Every other value that the key had spoiled is as it was before, by SHA-256.');
    point('The audit log names who did it, through which key, from what to what, and has every event.');
    say('\nWhere to look next');
    point('README.md, "First steps": the same by hand, with the command strata.');
    point('docs/undo.md: take back what one key, import or person did, without a backup.');
    point('docs/restores.md, docs/audit.md, docs/time-travel.md: what else there is.');
    point('docs/integrity.md: proofs for whoever does not trust this server.');
    say();
  }

  private async job<T extends Job>(path: string, done: string): Promise<T> {
    let job = await this.api.get<T>(path);
    await follow(async () => {
      job = await this.api.get<T>(path);
      return { progress: job.progress, ended: [done, 'FAILED', 'CANCELLED'].includes(job.status) };
    });
    if (job.status !== done) throw new Error(`${path} ended as ${job.status}`);
    return job;
  }

  private async valuesOf(dealId: string): Promise<Values> {
    const path = `/crm/v3/objects/deals/${dealId}?properties=${PROPERTIES.deals.join(',')}`;
    const { properties } = await this.api.get<{ properties: Values }>(path);
    return Object.fromEntries(PROPERTIES.deals.map((name) => [name, properties[name] ?? '']));
  }

  private async idsOf(objectType: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.api.records(objectType, []))
      ids.push(...page.map((one) => one['hs_object_id']!));
    return ids;
  }

  /** A hash of every value of every record but our deal, as the API answers them. */
  private async fingerprint(): Promise<{ hash: string; values: number }> {
    const hash = createHash('sha256');
    let values = 0;
    for (const [objectType, properties] of Object.entries(PROPERTIES))
      for await (const page of this.api.records(objectType, properties))
        for (const record of page) {
          if (objectType === 'deals' && record['hs_object_id'] === this.deal.id) continue;
          hash.update(JSON.stringify(['hs_object_id', ...properties].map((name) => record[name] ?? null)));
          values += properties.length;
        }
    return { hash: hash.digest('hex'), values };
  }
}

const short = (hash: string): string => hash.slice(0, 12);
const told = (when: string, { dealname, amount, dealstage }: Values): string =>
  `"${dealname}" ${when}: amount ${amount}, stage ${dealstage}`;
