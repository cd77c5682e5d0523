// Decisions on the approval of large restore plans, and on who counts as a second super admin.
import { eventsOf, type EventOf, type Meta } from '../../../src/eventsourcing/event';
import {
  approvePlan,
  askForApproval,
  passes,
  rejectPlan,
} from '../../../src/restores/plans/approval.decider';
import { hasSecond } from '../../../src/restores/plans/guard';
import {
  executable,
  markExecuted,
  planMade,
  restorePlan,
  withdrawPlan,
  type Plan,
} from '../../../src/restores/plans/plan.decider';
import type { RestorePlanEvents } from '../../../src/restores/restore.events';
import { at, deciding, later, meta, refusalOf } from '../../support/spec';

const ev = eventsOf<RestorePlanEvents>();
type Scene = EventOf<RestorePlanEvents> & { meta?: Meta };

const actor = (userId: string): Meta => ({ ...meta, actor: { type: 'user', id: userId, userId } });
const keyOf = (userId: string): Meta => ({ ...meta, actor: { type: 'apiKey', id: 'k-1', userId } });

const summary = {
  ...{ records: 301, changes: 301, cleared: 0, recreated: 0, missing: 0, createdSince: 0, conflicts: 0 },
  ...{ byObject: { deals: 301 }, byProperty: {}, notDefinedAnyMore: {} },
};
const made = { file: 'f', rows: 301, sha256: 'ab', summary };
const expiresAt = '2024-05-02T10:00:00.000Z';
const request: Scene = {
  ...ev('restoreplan.requested.v1', {
    ...{ planId: '10', source: { asOf: '40' }, position: '40', madeAt: '90' },
    objects: [{ objectType: 'deals', properties: '*' }],
    modes: { recreateDeleted: false, keepNonEmpty: false },
  }),
  meta: actor('ada'),
};
const ready = ev('restoreplan.ready.v1', { planId: '10', ...made, expiresAt });
const asked = ev('restoreplan.approval-asked.v1', {
  ...{ planId: '10', askedBy: 'ada', threshold: 300, rows: 301 },
});
const told = (reason: string) => ({ planId: '10', askedBy: 'ada', reason });
const approved: Scene = { ...ev('restoreplan.approved.v1', told('It was wrong')), meta: actor('bob') };
const rejected: Scene = { ...ev('restoreplan.rejected.v1', told('It was right')), meta: actor('bob') };

const given = deciding(restorePlan);
const judge = (by: string, more: Partial<Parameters<typeof approvePlan>[1]> = {}) => ({
  ...{ by, reason: 'It was wrong', threshold: 300, now: at },
  ...more,
});
const guard = (second: boolean, threshold: number | 'off' = 300) => ({ second, threshold });
const passing = (plan: Plan, ...asked: Parameters<typeof guard>) =>
  passes(executable(plan, at), guard(...asked));

describe('a plan that has been made', () => {
  const when = (rows: number, ...asked: Parameters<typeof guard>) =>
    given(request).when((plan) => planMade(plan, { ...made, rows }, guard(...asked), at));

  test('asks for approval above the threshold where there is a second super admin', () =>
    when(301, true).then(ready, asked));
  test('tells that there is none to approve it', () =>
    when(301, false).then(ev('restoreplan.ready.v1', { ...ready.data, alone: { threshold: 300 } })));
  test('is ready at once up to the threshold, or where that is off', () => {
    when(300, true).then(ev('restoreplan.ready.v1', { ...ready.data, rows: 300 }));
    when(301, true, 'off').then(ready);
  });
});

describe('approval', () => {
  test('is given by somebody else, once', () => {
    given(request, ready, asked)
      .when((plan) => approvePlan(plan, judge('bob')))
      .then(ev('restoreplan.approved.v1', told('It was wrong')));
    given(request, ready, asked, approved)
      .when((plan) => approvePlan(plan, judge('cy')))
      .thenNothing();
  });
  test("is never given to a plan of one's own, or of an API key of one's own", () => {
    for (const decide of [approvePlan, rejectPlan])
      for (const first of [request, { ...request, meta: keyOf('ada') }])
        given(first, ready, asked)
          .when((plan) => decide(plan, judge('ada')))
          .thenRefused('approval-own-plan');
  });
  test('is not asked for below the threshold, unless it was asked for before that was raised', () => {
    given(request, ready)
      .when((plan) => approvePlan(plan, judge('bob', { threshold: 301 })))
      .thenRefused('approval-not-needed');
    given(request, ready, asked)
      .when((plan) => approvePlan(plan, judge('bob', { threshold: 'off' })))
      .then(ev('restoreplan.approved.v1', told('It was wrong')));
    given(request, ready)
      .when((plan) => approvePlan(plan, judge('bob')))
      .then(ev('restoreplan.approved.v1', told('It was wrong')));
  });
  test('is asked for once, when a plan that was ready is to be executed and has become too large', () => {
    const ask =
      (...asked: Parameters<typeof guard>) =>
      (plan: Plan) =>
        askForApproval(plan, guard(...asked));
    given(request, ready).when(ask(true)).then(asked);
    given(request, ready, asked).when(ask(true)).thenNothing();
    given(request, ready).when(ask(false)).thenNothing();
    given(request, ready).when(ask(true, 301)).thenNothing();
    given(request).when(ask(true)).thenNothing();
  });
  test('is taken back until the plan is executed', () => {
    const reject = (plan: Plan) => rejectPlan(plan, judge('bob', { reason: 'It was right' }));
    given(request, ready, asked, approved)
      .when(reject)
      .then(ev('restoreplan.rejected.v1', told('It was right')));
    given(request, ready, asked, rejected).when(reject).thenNothing();
    given(request, ready, asked, rejected)
      .when((plan) => approvePlan(plan, judge('cy')))
      .thenRefused('restore-plan-rejected');
    given(request, ready, asked, approved, ev('restoreplan.executed.v1', { planId: '10', restoreId: '20' }))
      .when(reject)
      .thenRefused('restore-plan-executed');
  });
  test('does not outlive the plan', () =>
    given(request, ready, asked)
      .when((plan) => approvePlan(plan, judge('bob', { now: later })))
      .thenRefused('restore-plan-expired'));
  test('of a plan that is rejected ends it; its rows are withdrawn with an erased record', () => {
    given(request, ready, asked, rejected)
      .when((plan) => markExecuted(plan, '20'))
      .thenRefused('restore-plan-rejected');
    given(request, ready, asked, rejected)
      .when(withdrawPlan)
      .then(ev('restoreplan.withdrawn.v1', { planId: '10' }));
  });
});

describe('an execution', () => {
  const state = (...scenes: Scene[]) => given(...scenes).state;

  test('passes with an approval, whoever is there by then', () => {
    for (const second of [true, false])
      expect(passing(state(request, ready, asked, approved), second)).toEqual({
        ...{ kind: 'second', by: 'bob', reason: 'It was wrong' },
      });
  });
  test('needs one while there is somebody to give it, though nobody was asked before', () => {
    expect(refusalOf(() => passing(state(request, ready, asked), true))).toBe('approval-required');
    expect(refusalOf(() => passing(state(request, ready), true))).toBe('approval-required');
  });
  test('asks for a reason instead where there is nobody, though somebody was asked before', () => {
    expect(passing(state(request, ready, asked), false)).toBe('alone');
    expect(passing(state(request, ready), false)).toBe('alone');
  });
  test('does not pass because the threshold was raised since, and is judged by one that was lowered', () => {
    expect(refusalOf(() => passing(state(request, ready, asked), true, 'off'))).toBe('approval-required');
    expect(passing(state(request, ready), true, 301)).toBeUndefined();
    expect(refusalOf(() => passing(state(request, ready), true, 10))).toBe('approval-required');
  });
});

describe('a second super admin', () => {
  const asker = { userId: 'ada', at: 50n };
  const second = (active: string[], ...taken: [string, string | null, bigint][]) =>
    hasSecond(
      {
        active: new Set(active),
        taken: taken.map(([userId, by, position]) => ({ userId, by, position })),
      },
      asker,
    );

  test('is another one who is active', () => {
    expect(second(['ada'])).toBe(false);
    expect(second(['ada', 'bob'])).toBe(true);
    expect(second(['bob'])).toBe(true);
  });
  test('is nobody any more once they have gone by themselves, or before the plan was asked for', () => {
    expect(second(['ada'], ['bob', 'bob', 60n])).toBe(false);
    expect(second(['ada'], ['bob', null, 60n])).toBe(false);
    expect(second(['ada'], ['bob', 'ada', 40n])).toBe(false);
  });
  test('still counts where the asker removed them after asking', () => {
    expect(second(['ada'], ['bob', 'ada', 60n])).toBe(true);
    expect(second(['ada'], ['ada', 'ada', 60n])).toBe(false);
  });
});
