// Views on the audit log: each person's have names of their own, and change field by field.
import {
  auditViewsOf,
  changeView,
  chooseDefault,
  deleteView,
  MOST_VIEWS,
  nameOfCopy,
  resetView,
  saveView,
} from '../../../../src/audit/views/view.decider';
import type { AuditViewEvents } from '../../../../src/audit/views/view.events';
import { beside, findBuiltIn, parametersOf } from '../../../../src/audit/views/view.vocabulary';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { at, deciding } from '../../../support/spec';

const ev = eventsOf<AuditViewEvents>();
const given = deciding(auditViewsOf);
const place = { viewId: '1', ownerId: 'ann' };
const data: AuditViewEvents['auditview.saved.v1'] = {
  ...{ ...place, name: 'Deletions', visibility: 'private', clonedFrom: null },
  ...{ filter: { action: 'DELETE' }, lastDays: 7, sort: null, columns: null },
};
const saved = ev('auditview.saved.v1', data);
const other = ev('auditview.saved.v1', { ...data, viewId: '2', name: 'Exports' });
const changed = (
  from: AuditViewEvents['auditview.changed.v1']['from'],
  to: typeof from,
  name = 'Deletions',
) => ev('auditview.changed.v1', { ...place, name, from, to });

test('a view is saved once, under a name that none of the person’s has, nor a built-in one', () => {
  given()
    .when((s) => saveView(s, data))
    .then(saved);
  given(saved)
    .when((s) => saveView(s, data))
    .thenNothing();
  for (const name of ['DELETIONS', 'Login history'])
    given(saved)
      .when((s) => saveView(s, { ...data, viewId: '3', name }))
      .thenRefused('name-taken');
});

test('a person has a bounded number of views', () => {
  const many = Array.from({ length: MOST_VIEWS }, (_, n) =>
    ev('auditview.saved.v1', { ...data, viewId: `v${n}`, name: `View ${n}` }),
  );
  given(...many)
    .when((s) => saveView(s, data))
    .thenRefused('too-many');
});

test('a change tells what is another, with both sides', () => {
  given(saved)
    .when((s) => changeView(s, place, { name: 'Gone', filter: { action: 'DELETE' }, visibility: 'everyone' }))
    .then(changed({ name: 'Deletions', visibility: 'private' }, { name: 'Gone', visibility: 'everyone' }));
  given(saved)
    .when((s) => changeView(s, place, { lastDays: 7, name: undefined }))
    .thenNothing();
  given(saved)
    .when((s) => changeView(s, { ...place, viewId: '9' }, {}))
    .thenRefused('audit-view-unknown');
});

test('a renamed view keeps its name from others, and may be written in another case', () => {
  given(saved, other)
    .when((s) => changeView(s, place, { name: 'exports' }))
    .thenRefused('name-taken');
  given(saved, other)
    .when((s) => changeView(s, place, { name: 'deletions' }))
    .then(changed({ name: 'Deletions' }, { name: 'deletions' }));
});

test('a view has one span of time', () => {
  const filter = { from: at };
  given()
    .when((s) => saveView(s, { ...data, filter }))
    .thenRefused('input-invalid');
  given(saved)
    .when((s) => changeView(s, place, { filter }))
    .thenRefused('input-invalid');
  given(saved)
    .when((s) => changeView(s, place, { filter, lastDays: null }))
    .then(changed({ filter: data.filter, lastDays: 7 }, { filter, lastDays: null }));
});

test('reset, it shows what it showed when it was saved, under the name it has now', () => {
  const filter = { action: 'PURGE' };
  given(saved, changed({ name: 'Deletions', filter: data.filter }, { name: 'Gone', filter }))
    .when((s) => resetView(s, place))
    .then(changed({ filter }, { filter: data.filter }, 'Gone'));
  given(saved)
    .when((s) => resetView(s, place))
    .thenNothing();
});

test('a deleted view is gone, its name is free, and nobody sees it first any more', () => {
  const deleted = ev('auditview.deleted.v1', { ...place, name: 'Deletions' });
  const chosen = ev('auditview.default-chosen.v1', { ownerId: 'ann', viewId: '1' });
  given(saved)
    .when((s) => deleteView(s, place))
    .then(deleted);
  given(saved, deleted)
    .when((s) => deleteView(s, place))
    .thenRefused('audit-view-unknown');
  expect(given(saved, chosen, deleted).state).toEqual({ views: new Map(), chosen: null });
  given(saved, chosen)
    .when((s) => chooseDefault(s, 'ann', '1'))
    .thenNothing();
  given(saved, chosen)
    .when((s) => chooseDefault(s, 'ann', null))
    .then(ev('auditview.default-chosen.v1', { ownerId: 'ann', viewId: null }));
});

test('a copy gets a name that is free, however long the one it is copied from', () => {
  const copies = ['Copy of Deletions', 'Copy of Deletions (2)'].map((name, n) =>
    ev('auditview.saved.v1', { ...data, viewId: `c${n}`, name }),
  );
  const { state } = given(saved, ...copies);
  expect(nameOfCopy(state, 'Deletions')).toBe('Copy of Deletions (3)');
  expect(nameOfCopy(state, 'x'.repeat(100))).toHaveLength(100);
});

test('a view stands for the parameters that it has when it is looked at', () => {
  expect(parametersOf(findBuiltIn('logins')!, '2024-05-31T10:00:00.000Z')).toEqual({
    ...{ category: 'LOGIN', from: '2024-05-01T10:00:00.000Z' },
  });
  expect(parametersOf({ ...data, lastDays: null, sort: 'position' }, at)).toEqual({
    ...{ action: 'DELETE', sort: 'position' },
  });
});

test('what is given beside a view stands in place of what it says', () => {
  const view = { category: 'LOGIN', subCategory: 'LOGIN_FAILED', from: at, action: 'LOGIN' };
  expect(beside(view, { limit: '5' })).toEqual({ ...view, limit: '5' });
  expect(beside(view, { action: 'LOGOUT' })).toEqual({ ...view, action: 'LOGOUT' });
  expect(beside(view, { category: 'PROPERTY' })).toEqual({ category: 'PROPERTY', from: at, action: 'LOGIN' });
  expect(beside(view, { to: at })).toEqual({
    ...{ category: 'LOGIN', subCategory: 'LOGIN_FAILED', to: at, action: 'LOGIN' },
  });
});
