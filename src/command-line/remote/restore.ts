// `strata restore`: carries a plan out and follows it to its end.
import { outcomesTold } from '../../notifications/told-counts.vocabulary';
import { NotTrue, type Ask, type Command, type Given, type Say } from '../command';
import { ended, endedAs, type Job } from '../client/following';
import type { Plan } from '../client/plans';
import { counted, first, type Page } from '../client/printing';
import {
  Refused,
  jsonHelp,
  jsonOptions,
  serverHelp,
  ServerClient,
  serverOptions,
} from '../client/server-client';
import { storedLogin } from '../client/stored-logins';

const PLANS = '/restores/v1/plans';

/** Rows that were not carried out as planned, of each kind, that are printed. */
const SHOWN = 20;
/** Codes that are asked for: whoever has just used one has to wait for the next. */
const TRIES = 3;

interface Restore extends Job {
  readonly id: string;
  readonly error?: string;
  readonly outcomes: Readonly<Record<string, number>>;
}

interface Kept {
  readonly objectType: string;
  readonly recordId: string;
  readonly drifted?: readonly string[];
  readonly reason?: { readonly message?: string } | string;
}

export const command: Command = {
  operands: ['PLAN'],
  options: {
    yes: { type: 'boolean' },
    reason: { type: 'string' },
    ...serverOptions,
    ...jsonOptions,
  },
  help: [
    'Carries out the plan that strata plan or strata undo has made, by its id (`last`: the last one of yours), and waits for',
    'the end. Asks whether it may change data, and for a code of your second factor. Needs a login (strata login): an API',
    'key restores nothing.',
    '',
    '  --yes          do not ask: this changes data, and what it overwrites is only kept in the history',
    '  --reason TEXT  why: asked for where a plan is large and there is no second super admin to approve it',
    '',
    ...serverHelp,
    jsonHelp,
    '',
    'Exit codes: 0 carried out, 1 refused, stopped, or a record could not be restored, 2 used wrongly.',
  ],
  async run([planId], given, say, ask) {
    const server = ServerClient.of(given, ask);
    const plan = await planOf(server, planId!);
    await agreed(plan, given, ask);
    const id = await executed(server, `${PLANS}/${plan.id}/execute`, given, say, ask);
    const path = `/restores/v1/restores/${id}`;
    const restore = await ended<Restore>(server, path, 'records', say);
    const { status, outcomes, error } = restore;
    if (given.json === true) say.out(JSON.stringify(restore));
    else {
      say.out(`Restore ${id}: ${outcomesTold(outcomes)}`);
      for (const outcome of ['drifted', 'refused'])
        if ((outcomes[outcome] ?? 0) > 0) {
          const { found, more } = await first<Kept>(server, `${path}/records?outcome=${outcome}`, SHOWN);
          for (const row of found) say.out(`  ${printedKept(row)}`);
          if (more) say.out(`  and more: GET ${path}/records?outcome=${outcome}`);
        }
      say.out(`Take it back: strata undo restore ${id}`);
    }
    if (status !== 'COMPLETED') throw endedAs(`Restore ${id}`, status, error);
    if ((outcomes.refused ?? 0) > 0) throw new NotTrue(`Restore ${id}: not every record could be restored`);
  },
};

/** The plan of that id; of `last`, the one that was asked for last by whoever is logged in. */
async function planOf(server: ServerClient, id: string): Promise<Plan> {
  if (id !== 'last') return server.get<Plan>(`${PLANS}/${encodeURIComponent(id)}`);
  const who = storedLogin(server.url)?.userId;
  const { results } = await server.get<Page<Plan>>(PLANS);
  const last = results.find(({ requestedBy }) => requestedBy === who);
  if (!last) throw new NotTrue('You have made no plan yet: strata plan makes one');
  return last;
}

async function agreed({ id, requestedAt, summary }: Plan, { yes }: Given, ask: Ask): Promise<void> {
  if (yes === true) return;
  const { changes = 0, records = 0 } = summary ?? {};
  const what = `Plan ${id} of ${requestedAt}: ${counted(changes, 'value')} of ${counted(records, 'record')}.`;
  const question = `${what} This changes data, and what it overwrites is only kept in the history. Go on? (yes or no) `;
  if ((await ask(question)).toLowerCase() !== 'yes') throw new NotTrue('Nothing was changed');
}

/** Asks for a code only where the server does: a session of single sign-on needs none. */
async function executed(
  server: ServerClient,
  path: string,
  { reason }: Given,
  say: Say,
  ask: Ask,
): Promise<string> {
  const confirm = { changesData: true, overwritesValues: true, ...(reason !== undefined && { reason }) };
  for (let code: { readonly totp?: string } = {}, left = TRIES; ; left--)
    try {
      return (await server.post<{ restoreId: string }>(path, { confirm, ...code })).restoreId;
    } catch (error) {
      const isAsked = error instanceof Refused && error.subCategory === 'TOTP_REQUIRED';
      if (!isAsked || left === 0) throw error;
      if (code.totp !== undefined) say.error('It is wrong, or was used before: wait for the next one');
      code = { totp: await ask('A code of your second factor (each is good once): ', { hidden: true }) };
    }
}

function printedKept({ objectType, recordId, drifted, reason }: Kept): string {
  const said = typeof reason === 'string' ? reason : reason?.message;
  const why = drifted && drifted.length > 0 ? `changed since the plan was made: ${drifted.join(', ')}` : said;
  return `${objectType} ${recordId}${why === undefined ? '' : `: ${why}`}`;
}
