// Decisions on restore plans, restores and the account's turn.
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  cancelPlan,
  executable,
  markExecuted,
  planFailed,
  planMade,
  requestPlan,
  restorePlan,
} from '../../../src/restores/plans/plan.decider';
import {
  abandonRestore,
  accountRestores,
  cancelRestore,
  endRestore,
  endTurn,
  noOutcomes,
  requestRestore,
  restore,
  startRestore,
  takeTurn,
} from '../../../src/restores/restore.decider';
import type {
  AccountRestoreEvents,
  PlanSummary,
  RestoreEvents,
  RestorePlanEvents,
} from '../../../src/restores/restore.events';
import { at, deciding, later, refusalOf } from '../../support/spec';

const planEvent = eventsOf<RestorePlanEvents>();
const restoreEvent = eventsOf<RestoreEvents>();
const accountEvent = eventsOf<AccountRestoreEvents>();

const summary: PlanSummary = {
  records: 1,
  changes: 2,
  cleared: 0,
  recreated: 0,
  missing: 0,
  createdSince: 0,
  conflicts: 0,
  byObject: { deals: 1 },
  byProperty: { deals: { amount: 1, dealname: 1 } },
  notDefinedAnyMore: {},
};
const request = {
  planId: '10',
  source: { backupId: '7' },
  position: '40',
  madeAt: '90',
  objects: [{ objectType: 'deals', properties: '*' as const }],
  modes: { recreateDeleted: false, keepNonEmpty: false },
};
const made = { file: 'restore-plans/10.jsonl', rows: 1, sha256: 'ab', summary };
const expiresAt = '2024-05-02T10:00:00.000Z';
const requested = planEvent('restoreplan.requested.v1', request);
const ready = planEvent('restoreplan.ready.v1', { planId: '10', ...made, expiresAt });
const failed = planEvent('restoreplan.failed.v1', { planId: '10', reason: 'broken' });
const cancelled = planEvent('restoreplan.cancelled.v1', { planId: '10' });
const executed = planEvent('restoreplan.executed.v1', { planId: '10', restoreId: '20' });

const SMALL = { threshold: 300, second: true };

describe('a restore plan', () => {
  const given = deciding(restorePlan);

  test('is asked for once', () => {
    given()
      .when((plan) => requestPlan(plan, request))
      .then(requested);
    given(requested)
      .when((plan) => requestPlan(plan, request))
      .thenNothing();
  });
  test('is ready for 24 hours after it was made', () =>
    given(requested)
      .when((plan) => planMade(plan, made, SMALL, at))
      .then(ready));
  test('that was cancelled meanwhile does not become ready', () =>
    given(requested, cancelled)
      .when((plan) => planMade(plan, made, SMALL, at))
      .thenNothing());
  test('that could not be made has failed, once', () => {
    given(requested)
      .when((plan) => planFailed(plan, 'broken'))
      .then(failed);
    given(requested, failed)
      .when((plan) => planFailed(plan, 'broken'))
      .thenNothing();
  });
  test('is cancelled only while it is being made', () => {
    given(requested).when(cancelPlan).then(cancelled);
    given(requested, cancelled).when(cancelPlan).thenNothing();
    given(requested, ready).when(cancelPlan).thenRefused('restore-plan-not-planning');
    given().when(cancelPlan).thenRefused('restore-plan-unknown');
  });
  test('can be executed while it is ready and fresh', () => {
    const refusal = (now: string, ...scenes: Parameters<typeof given>) =>
      refusalOf(() => executable(given(...scenes).state, now));
    expect(refusal(at)).toBe('restore-plan-unknown');
    expect(refusal(at, requested)).toBe('restore-plan-not-ready');
    expect(refusal(at, requested, failed)).toBe('restore-plan-not-ready');
    expect(refusal(at, requested, ready)).toBeUndefined();
    expect(refusal('2024-05-02T09:59:59.999Z', requested, ready)).toBeUndefined();
    expect(refusal(expiresAt, requested, ready)).toBe('restore-plan-expired');
    expect(refusal(later, requested, ready)).toBe('restore-plan-expired');
    expect(refusal(at, requested, ready, executed)).toBe('restore-plan-executed');
  });
  test('is executed by one restore only', () => {
    given(requested, ready)
      .when((plan) => markExecuted(plan, '20'))
      .then(executed);
    given(requested, ready, executed)
      .when((plan) => markExecuted(plan, '20'))
      .thenNothing();
    given(requested, ready, executed)
      .when((plan) => markExecuted(plan, '21'))
      .thenRefused('restore-plan-executed');
  });
});

describe('a restore', () => {
  const given = deciding(restore);
  const asked = restoreEvent('restore.requested.v1', {
    restoreId: '20',
    planId: '10',
    position: '40',
    planFile: made.file,
    planSha256: 'ab',
    rows: 1,
    imports: [{ importId: '21', objectType: 'deals', name: 'Data Restore - Deal', rows: 1 }],
  });
  const started = restoreEvent('restore.started.v1', { restoreId: '20' });
  const cancelAsked = restoreEvent('restore.cancel-requested.v1', { restoreId: '20' });
  const outcomes = { ...noOutcomes, changed: 1 };
  const completed = restoreEvent('restore.completed.v1', { restoreId: '20', outcomes });
  const abandoned = restoreEvent('restore.abandoned.v1', { restoreId: '20' });

  test('starts once', () => {
    given(asked).when(startRestore).then(started);
    given(asked, started).when(startRestore).thenNothing();
    given(asked, cancelAsked).when(startRestore).thenNothing();
  });
  test('is asked to stop, then ends as cancelled with what it did until then', () => {
    given(asked, started).when(cancelRestore).then(cancelAsked);
    given(asked, started, cancelAsked).when(cancelRestore).thenNothing();
    given(asked, started, cancelAsked)
      .when((state) => endRestore(state, 'cancelled', { outcomes }))
      .then(restoreEvent('restore.cancelled.v1', { restoreId: '20', outcomes }));
  });
  test('that has ended neither ends again nor can be cancelled', () => {
    given(asked, started, completed).when(cancelRestore).thenRefused('restore-ended');
    given(asked, started, completed)
      .when((state) => endRestore(state, { failed: 'late' }, { outcomes }))
      .thenNothing();
    given().when(cancelRestore).thenRefused('restore-unknown');
  });
  test('that was abandoned before it was asked for can never be', () => {
    given()
      .when((state) => abandonRestore(state, '20'))
      .then(abandoned);
    given(asked)
      .when((state) => abandonRestore(state, '20'))
      .thenNothing();
    given(abandoned)
      .when((state) => requestRestore(state, asked.data))
      .thenRefused('restore-in-progress');
  });
});

describe('the turn of the account', () => {
  const given = deciding(accountRestores);
  const started = accountEvent('account.restore-started.v1', { restoreId: '20' });
  const ended = accountEvent('account.restore-ended.v1', { restoreId: '20' });

  test('is taken by one restore at a time', () => {
    given()
      .when((state) => takeTurn(state, '20'))
      .then(started);
    given(started)
      .when((state) => takeTurn(state, '20'))
      .thenNothing();
    given(started)
      .when((state) => takeTurn(state, '30'))
      .thenRefused('restore-in-progress');
    given(started, ended)
      .when((state) => takeTurn(state, '30'))
      .then(accountEvent('account.restore-started.v1', { restoreId: '30' }));
  });
  test('is taken over from a restore that is known to have ended', () => {
    given(started)
      .when((state) => takeTurn(state, '30', '20'))
      .then(ended, accountEvent('account.restore-started.v1', { restoreId: '30' }));
    given(started)
      .when((state) => takeTurn(state, '30', '19'))
      .thenRefused('restore-in-progress');
  });
  test('is given back by its holder only', () => {
    given(started)
      .when((state) => endTurn(state, '20'))
      .then(ended);
    given(started)
      .when((state) => endTurn(state, '30'))
      .thenNothing();
  });
});
